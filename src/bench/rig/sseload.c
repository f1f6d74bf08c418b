/* sseload: keeps K streams open against an OpenAI-style endpoint and says what one gateway costs.
 *
 * It POSTs the same chat completion over K keep-alive connections, one after another on each, for S seconds
 * (after a warm-up), and reads every stream to its end. From the words that mockllm writes it learns how long each
 * chunk was under way. With -p PID,PID it reads those processes' CPU time and resident memory (/proc), which
 * is what a figure should rest on where the machine is shared: CPU microseconds per streamed chunk.
 *
 * Build: cc -O2 -o sseload sseload.c
 * Run:   ./sseload [-u HOST:PORT] [-P PATH] [-c STREAMS] [-d SECONDS] [-w WARMUP] [-p PID[,PID]] [-H 'Name: value']
 *                  [-b BODY | -f BODYFILE] [-r SECONDS]
 * -r spreads the first requests over so many seconds. Without it all streams begin at once, and where they have the same length
 * and pace they go on in step: chunks come in heaps, and how large these are is left to chance.
 * Prints one JSON object: streams, ok, failed (no [DONE], or a status other than 200), chunks, chunks_per_s,
 * streams_per_s, ttft_ms and chunk_ms (p50, p90, p99, p999, max), cpu_us_per_chunk, cpu_us_per_stream, rss_mib (highest
 * seen), status (counts).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SEAM 18 /* the longest mark of an end */
typedef struct { int fd, got_head, got_word, got_done, status, chunked, tail, connecting; uint64_t start; long left; size_t off; char word[20]; int wn; char end[SEAM]; size_t en; char head[8192]; size_t hn; unsigned long chunks; } conn;
static const char *host = "127.0.0.1:8080", *path = "/v1/chat/completions", *extra = "";
static char *body = "{\"model\":\"mock\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about the sea.\"}]}";
static int streams = 64, seconds = 10, warm = 3, ep; static uint64_t spread_ns; static struct sockaddr_in addr;
static char *req; static size_t req_len;
static unsigned long ok, failed, chunks, other_status; static int counting;
static int pids[8], npids;

static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }

/* log-linear histograms: 64 steps an octave, nanoseconds */
#define BUCKETS (64 * 44)
static unsigned long ttft[BUCKETS], lag[BUCKETS];
static int bucket(uint64_t v) { if (v < 64) return v; int o = 63 - __builtin_clzll(v); int b = (o - 5) * 64 + ((v >> (o - 6)) & 63); return b < BUCKETS ? b : BUCKETS - 1; }
static double value(int b) { if (b < 64) return b; int o = b / 64 + 5; return (double)(64 + b % 64) * (double)(1ull << (o - 6)); }
static void show(const char *name, unsigned long *h) {
    unsigned long n = 0, s = 0; for (int i = 0; i < BUCKETS; i++) n += h[i];
    double q[] = { .5, .9, .99, .999, 1 }, r[5] = { 0 }; int k = 0;
    for (int i = 0; i < BUCKETS && k < 5 && n; i++) { s += h[i]; while (k < 5 && s >= q[k] * n && s > 0) r[k++] = value(i) / 1e6; }
    printf("\"%s\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}", name, r[0], r[1], r[2], r[3], r[4]);
}
static uint64_t cpu_us(void) { uint64_t t = 0; for (int i = 0; i < npids; i++) { char f[64], b[1024]; snprintf(f, sizeof f, "/proc/%d/stat", pids[i]); FILE *h = fopen(f, "r"); if (!h) continue; size_t n = fread(b, 1, sizeof b - 1, h); fclose(h); b[n] = 0; char *p = strrchr(b, ')'); if (!p) continue; unsigned long u = 0, s = 0; sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s); t += (u + s) * 1000000ull / sysconf(_SC_CLK_TCK); } return t; }
static long rss_kib(void) { long t = 0; for (int i = 0; i < npids; i++) { char f[64], l[256]; snprintf(f, sizeof f, "/proc/%d/status", pids[i]); FILE *h = fopen(f, "r"); if (!h) continue; long v; while (fgets(l, sizeof l, h)) if (sscanf(l, "VmRSS: %ld", &v) == 1) t += v; fclose(h); } return t; }

static void start(conn *c);
static void send_request(conn *c) {
    c->got_head = c->got_word = c->got_done = c->status = c->chunked = 0; c->left = -1; c->wn = 0; c->en = 0; c->hn = 0; c->off = 0; c->chunks = 0; c->start = now();
    while (c->off < req_len) { ssize_t n = send(c->fd, req + c->off, req_len - c->off, MSG_NOSIGNAL); if (n <= 0) break; c->off += n; }
    struct epoll_event e = { EPOLLIN | (c->off < req_len ? EPOLLOUT : 0), { .ptr = c } }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void start(conn *c) {
    if (c->fd > 0) close(c->fd);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connect(c->fd, (void *)&addr, sizeof addr); c->connecting = 1;
    struct epoll_event e = { EPOLLOUT, { .ptr = c } }; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}
static int ended(const char *p, size_t n) {
    return memmem(p, n, "[DONE]", 6) || memmem(p, n, "message_stop", 12) || memmem(p, n, "response.completed", 18) || memmem(p, n, "\"chat.completion\"", 17);
}
/* every body byte: find the words, and remember the last bytes to know [DONE] */
static void eat(conn *c, const char *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char ch = p[i];
        if (c->wn == 0) { if (ch == 'z') c->wn = 1; continue; }
        if (c->wn == 1) { c->wn = ch == 'q' ? 2 : ch == 'z'; continue; }
        if (ch >= 'a' && ch <= 'p') { c->word[c->wn++ - 2] = ch; if (c->wn == 18) {
            uint64_t t = 0, at = now(); for (int k = 0; k < 16; k++) t = t << 4 | (uint64_t)(c->word[k] - 'a');
            if (!c->got_word) { c->got_word = 1; if (counting) ttft[bucket(at - c->start)]++; }
            if (counting) { chunks++; if (at > t) lag[bucket(at - t)]++; }
            c->wn = 0; } }
        else c->wn = ch == 'z';
    }
    /* a mark may be cut between two reads: the last bytes are looked at again, together with the next ones */
    char seam[2 * SEAM]; size_t k = n < SEAM ? n : SEAM; memcpy(seam, c->end, c->en); memcpy(seam + c->en, p, k);
    if (ended(seam, c->en + k) || ended(p, n)) c->got_done = 1;
    if (n >= SEAM) { memcpy(c->end, p + n - SEAM, SEAM); c->en = SEAM; }
    else { size_t all = c->en + n, keep = all < SEAM ? all : SEAM; memcpy(c->end, seam + all - keep, keep); c->en = keep; }
}
static void finish(conn *c, int keep) {
    if (counting) { if (c->status == 200 && c->got_done) ok++; else { failed++; if (c->status != 200) other_status++; } }
    if (keep) send_request(c); else start(c);
}
/* takes the chunked framing apart; returns 1 when the message has ended */
static int feed(conn *c, const char *p, size_t n) {
    size_t i = 0;
    if (!c->got_head) {
        size_t k = n; if (c->hn + k > sizeof c->head - 1) k = sizeof c->head - 1 - c->hn;
        memcpy(c->head + c->hn, p, k); size_t before = c->hn; c->hn += k; c->head[c->hn] = 0;
        char *e = strstr(c->head, "\r\n\r\n"); if (!e) return 0;
        c->got_head = 1; c->status = atoi(c->head + 9); *e = 0;
        char *cl = strcasestr(c->head, "\r\ncontent-length:"); c->chunked = strcasestr(c->head, "\r\ntransfer-encoding:") != 0; c->left = c->chunked ? 0 : cl ? atol(cl + 17) : -1; c->tail = 0;
        i = (e - c->head) + 4 - before; if (!c->chunked && c->left == 0) return 1;
    }
    if (!c->chunked) { size_t k = n - i; if (c->left >= 0 && (long)k > c->left) k = c->left; eat(c, p + i, k); if (c->left >= 0) { c->left -= k; return c->left == 0; } return 0; }
    while (i < n) { /* tail: 0 reading a size line, 1 data, 2 CRLF after data, 3 the end's CRLF */
        if (c->tail == 1) { size_t k = n - i; if ((long)k > c->left) k = c->left; eat(c, p + i, k); i += k; c->left -= k; if (!c->left) { c->tail = 2; } continue; }
        char ch = p[i++];
        if (c->tail == 2) { if (ch == '\n') { c->tail = 0; c->left = 0; } continue; }
        if (c->tail == 3) { if (ch == '\n') return 1; continue; }
        if (ch == '\n') { if (c->left == 0) c->tail = 3; else c->tail = 1; continue; }
        if (ch >= '0' && ch <= '9') c->left = c->left * 16 + ch - '0'; else if ((ch | 32) >= 'a' && (ch | 32) <= 'f') c->left = c->left * 16 + (ch | 32) - 'a' + 10;
    }
    return 0;
}
int main(int argc, char **argv) {
    int o; while ((o = getopt(argc, argv, "u:P:c:d:w:p:H:b:f:r:")) != -1) switch (o) {
        case 'u': host = optarg; break; case 'P': path = optarg; break; case 'c': streams = atoi(optarg); break; case 'd': seconds = atoi(optarg); break;
        case 'w': warm = atoi(optarg); break; case 'b': body = optarg; break; case 'r': spread_ns = atof(optarg) * 1e9; break;
        case 'H': { char *x; if (asprintf(&x, "%s%s\r\n", extra, optarg) > 0) extra = x; break; }
        case 'f': { FILE *f = fopen(optarg, "r"); if (!f) { perror(optarg); return 2; } body = calloc(1, 1 << 22); size_t n = fread(body, 1, (1 << 22) - 1, f); body[n] = 0; fclose(f); break; }
        case 'p': for (char *t = strtok(optarg, ","); t && npids < 8; t = strtok(0, ",")) pids[npids++] = atoi(t); break;
        default: return 2; }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit rl = { 200000, 200000 }; setrlimit(RLIMIT_NOFILE, &rl);
    char h[128]; snprintf(h, sizeof h, "%s", host); char *col = strchr(h, ':'); int port = 80; if (col) { *col = 0; port = atoi(col + 1); } if (!strcmp(h, "localhost")) strcpy(h, "127.0.0.1");
    addr.sin_family = AF_INET; addr.sin_port = htons(port); if (inet_pton(AF_INET, h, &addr.sin_addr) != 1 || (ntohl(addr.sin_addr.s_addr) >> 24) != 127) { fprintf(stderr, "sseload: loopback addresses only\n"); return 2; }
    req_len = asprintf(&req, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n%sContent-Length: %zu\r\n\r\n%s", path, host, extra, strlen(body), body);
    ep = epoll_create1(0); conn *cs = calloc(streams, sizeof *cs);
    int opened = 0; uint64_t t0 = now(), begin = t0 + warm * 1000000000ull, end = begin + seconds * 1000000000ull, cpu0 = 0; long rss = 0, r; uint64_t next_rss = 0;
    static char buf[1 << 16]; struct epoll_event evs[512];
    for (;;) {
        uint64_t t = now();
        if (!counting && t >= begin) { counting = 1; begin = t; cpu0 = cpu_us(); }
        if (t >= end) break;
        if (t >= next_rss) { r = rss_kib(); if (r > rss) rss = r; next_rss = t + 200000000; }
        int due = spread_ns && t - t0 < spread_ns ? 1 + (t - t0) * (streams - 1) / spread_ns : streams;
        for (int k = 0; opened < due && k < 256; k++) start(&cs[opened++]);
        int n = epoll_wait(ep, evs, 512, opened < streams ? 1 : 100);
        for (int i = 0; i < n; i++) {
            conn *c = evs[i].data.ptr;
            if (c->connecting) { if (evs[i].events & (EPOLLERR | EPOLLHUP)) { if (counting) failed++; usleep(1000); start(c); continue; } c->connecting = 0; send_request(c); continue; }
            if (evs[i].events & EPOLLOUT) { while (c->off < req_len) { ssize_t k = send(c->fd, req + c->off, req_len - c->off, MSG_NOSIGNAL); if (k <= 0) break; c->off += k; } if (c->off == req_len) { struct epoll_event e = { EPOLLIN, { .ptr = c } }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); } }
            if (evs[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) { ssize_t k = recv(c->fd, buf, sizeof buf, 0); if (k > 0) { if (feed(c, buf, k)) finish(c, !strcasestr(c->head, "connection: close")); } else if (k == 0 || (errno != EAGAIN)) finish(c, 0); }
        }
    }
    double s = (now() - begin) / 1e9; uint64_t cpu = cpu_us() - cpu0; r = rss_kib(); if (r > rss) rss = r;
    printf("{\"streams\":%d,\"seconds\":%.1f,\"ok\":%lu,\"failed\":%lu,\"not_200\":%lu,\"chunks\":%lu,\"chunks_per_s\":%.0f,\"streams_per_s\":%.1f,", streams, s, ok, failed, other_status, chunks, chunks / s, ok / s);
    show("ttft_ms", ttft); printf(","); show("chunk_ms", lag);
    printf(",\"cpu_us_per_chunk\":%.2f,\"cpu_us_per_stream\":%.1f,\"cpu_cores\":%.2f,\"rss_mib\":%.1f}\n", chunks ? (double)cpu / chunks : 0, ok ? (double)cpu / ok : 0, cpu / 1e6 / s, rss / 1024.0);
    return failed ? 1 : 0;
}
