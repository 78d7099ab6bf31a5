// The official TypeScript client: lists and calls every tool, resource and prompt.
//
//     client.mjs CALLS.json URL | COMMAND ARGUMENT...
//
// The client checks structured content against the output schemas.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [file, command, ...args] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(file, "utf8"));
const transport = command.startsWith("http")
  ? new StreamableHTTPClientTransport(new URL(command))
  : new StdioClientTransport({ command, args });
const client = new Client({ name: "check", version: "1" });
await client.connect(transport);

const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name), calls.map(([name]) => name));
for (const [name, given, expected] of calls) {
  const result = await client.callTool({ name, arguments: given });
  assert.ok(!result.isError && result.structuredContent, JSON.stringify(result));
  assert.ok(result.content[0].text.includes(expected), `${name}: ${result.content[0].text}`);
}
const refused = await client.callTool({ name: "ccr_get", arguments: { id: "acme/nothing-like-it" } });
assert.ok(refused.isError, JSON.stringify(refused));
await assert.rejects(client.callTool({ name: "ccr_nothing", arguments: {} }), /unknown tool/);
const { resources } = await client.listResources();
const read = await client.readResource({ uri: resources[0].uri });
assert.ok(read.contents[0].text.startsWith("# "));
const { prompts } = await client.listPrompts();
const prompt = await client.getPrompt({ name: "triage_symptom", arguments: { symptom: "pods keep restarting" } });
assert.ok(prompt.messages[0].content.text.includes("acme/k8s-pod-restarts"));
const reference = { type: "ref/prompt", name: "triage_symptom" };
const completed = await client.complete({ ref: reference, argument: { name: "platform", value: "az" } });
assert.deepEqual(completed.completion.values, ["Azure"]);
console.log(`typescript: ${tools.length} tools, ${resources.length} resources, ${prompts.length} prompts`);
await client.close();
