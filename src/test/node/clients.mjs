// Runs two JavaScript clients through a gateway and prints what they saw as JSON: {"<client>": {"<case>": result}}.
// Usage: node clients.mjs BASE_URL [MODEL...]. The question names the case; what the provider answers to it, the caller
// decides. With models each of them is asked to think and to call a tool, and the case is the model's name.
import OpenAI from 'openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, streamText, tool } from 'ai';

const [, , baseURL, ...models] = process.argv;
const parameters = { type: 'object', properties: { to: { type: 'string' } } };
const failure = (e) => ({ status: e.status ?? e.statusCode, code: e.code ?? e.data?.error?.code, message: e.message });

const client = new OpenAI({ baseURL, apiKey: 'any' });
const ask = (content, more = {}) =>
  client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more });

async function thinkAndCall(model) {
  let thoughts = '';
  const runner = client.chat.completions.stream({
    model,
    messages: [{ role: 'user', content: 'think' }],
    tools: [{ type: 'function', function: { name: 'mail', parameters } }],
  });
  runner.on('chunk', (chunk) => {
    const delta = chunk.choices[0]?.delta ?? {};
    thoughts += delta.reasoning_content ?? delta.reasoning ?? '';
  });
  const { message, finish_reason: finish } = (await runner.finalChatCompletion()).choices[0];
  return { thoughts, calls: message.tool_calls.map((call) => [call.function.name, call.function.arguments]), finish };
}

async function read(question, more) {
  let text = '', failed = null;
  try {
    for await (const chunk of await ask(question, { stream: true, ...more })) {
      text += chunk.choices[0]?.delta?.content ?? '';
    }
  } catch (e) {
    failed = failure(e);
  }
  return { text, failed };
}

const openai = {
  text: () => read('text'),
  whole: async () => {
    const answer = await ask('whole');
    return { text: answer.choices[0].message.content, tokens: answer.usage.total_tokens };
  },
  tools: async () => {
    const runner = client.chat.completions.stream({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'tools' }],
      tools: [{ type: 'function', function: { name: 'mail', parameters } }],
    });
    const answer = await runner.finalChatCompletion();
    return answer.choices[0].message.tool_calls.map((call) => [call.id, call.function.name, call.function.arguments]);
  },
  blockedAtOnce: () => read('blocked at once'),
  blockedLater: () => read('blocked later'),
  unknownModel: () => read('text', { model: 'gpt-nowhere' }),
  models: async () => {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    return names;
  },
  embeddings: async () => {
    const answer = await client.embeddings.create({ model: 'gpt-4o', input: ['to jane.doe@example.com', 'two'] });
    return { vectors: answer.data.map((item) => Array.from(item.embedding)), tokens: answer.usage.total_tokens };
  },
  cancelled: async () => {
    let seen = 0;
    for await (const chunk of await ask('endless', { stream: true })) {
      if (chunk && ++seen === 3) break;
    }
    return { seen };
  },
};

const provider = createOpenAICompatible({ name: 'gateway', baseURL, apiKey: 'any', includeUsage: true });
const model = provider('gpt-4o');

async function stream(prompt, more = {}) {
  let text = '', thoughts = '', failed = null, usage = null, finish = null;
  const calls = [];
  // It retries a 409 whatever the headers say; one request shows all.
  for await (const part of streamText({ model, prompt, maxRetries: 0, onError: () => {}, ...more }).fullStream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'reasoning-delta') thoughts += part.text;
    if (part.type === 'tool-call') calls.push([part.toolCallId, part.toolName, JSON.stringify(part.input)]);
    if (part.type === 'error') failed = failure(part.error);
    if (part.type === 'finish') ({ totalUsage: usage, finishReason: finish } = part);
  }
  return { text, thoughts, failed, calls, finish, tokens: usage?.totalTokens };
}

const tools = { mail: tool({ inputSchema: jsonSchema(parameters) }) };

const ai = {
  text: () => stream('text'),
  whole: async () => {
    const answer = await generateText({ model, prompt: 'whole' });
    return { text: answer.text, tokens: answer.usage.totalTokens };
  },
  tools: async () => (await stream('tools', { tools })).calls,
  blockedAtOnce: () => stream('blocked at once'),
  blockedLater: () => stream('blocked later'),
};

const each = (ask) => Object.fromEntries(models.map((name) => [name, () => ask(name)]));
const thinking = {
  openai: each(thinkAndCall),
  ai: each(async (name) => {
    const { thoughts, calls, finish } = await stream('think', { model: provider(name), tools });
    return { thoughts, calls: calls.map(([, tool, input]) => [tool, input]), finish };
  }),
};

const seen = {};
for (const [name, cases] of Object.entries(models.length ? thinking : { openai, ai })) {
  seen[name] = {};
  for (const [key, run] of Object.entries(cases)) {
    seen[name][key] = await run().catch((e) => ({ thrown: String(e.stack ?? e) }));
  }
}
console.log(JSON.stringify(seen));
process.exit(0);
