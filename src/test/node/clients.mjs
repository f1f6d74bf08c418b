// Runs two JavaScript clients through a gateway and prints what they saw as JSON: {"<client>": {"<case>": result}}.
// Usage: node clients.mjs BASE_URL. The question names the case; what the provider answers to it, the caller decides.
import OpenAI from 'openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, streamText, tool } from 'ai';

const baseURL = process.argv[2];
const parameters = { type: 'object', properties: { to: { type: 'string' } } };
const failure = (e) => ({ status: e.status ?? e.statusCode, code: e.code ?? e.data?.error?.code, message: e.message });

const client = new OpenAI({ baseURL, apiKey: 'any' });
const ask = (content, more = {}) =>
  client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more });

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
  cancelled: async () => {
    let seen = 0;
    for await (const chunk of await ask('endless', { stream: true })) {
      if (chunk && ++seen === 3) break;
    }
    return { seen };
  },
};

const model = createOpenAICompatible({ name: 'gateway', baseURL, apiKey: 'any', includeUsage: true })('gpt-4o');

async function stream(prompt, more = {}) {
  let text = '', failed = null, usage = null, finish = null;
  const calls = [];
  // It retries a 409 whatever the headers say; one request shows all.
  for await (const part of streamText({ model, prompt, maxRetries: 0, onError: () => {}, ...more }).fullStream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'tool-call') calls.push([part.toolCallId, part.toolName, JSON.stringify(part.input)]);
    if (part.type === 'error') failed = failure(part.error);
    if (part.type === 'finish') ({ totalUsage: usage, finishReason: finish } = part);
  }
  return { text, failed, calls, finish, tokens: usage?.totalTokens };
}

const ai = {
  text: () => stream('text'),
  whole: async () => {
    const answer = await generateText({ model, prompt: 'whole' });
    return { text: answer.text, tokens: answer.usage.totalTokens };
  },
  tools: async () =>
    (await stream('tools', { tools: { mail: tool({ inputSchema: jsonSchema(parameters) }) } })).calls,
  blockedAtOnce: () => stream('blocked at once'),
  blockedLater: () => stream('blocked later'),
};

const seen = {};
for (const [name, cases] of Object.entries({ openai, ai })) {
  seen[name] = {};
  for (const [key, run] of Object.entries(cases)) {
    seen[name][key] = await run().catch((e) => ({ thrown: String(e.stack ?? e) }));
  }
}
console.log(JSON.stringify(seen));
process.exit(0);
