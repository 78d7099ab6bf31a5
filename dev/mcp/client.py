"""The official Python client: lists and calls every tool, resource and prompt.

    client.py CALLS.json URL | COMMAND ARGUMENT...

The client checks structured content against the output schemas. `auto` speaks 2026-07-28 without a
handshake, `legacy` shakes hands.
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters


async def main() -> None:
    calls = json.load(open(sys.argv[1], encoding="utf-8"))
    command, *arguments = sys.argv[2:]
    is_url = command.startswith("http")
    for mode in ("auto", "legacy"):
        target = command if is_url else StdioServerParameters(command=command, args=arguments)
        async with Client(target, mode=mode, read_timeout_seconds=30) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            assert tools == [name for name, _, _ in calls], tools
            for name, given, expected in calls:
                result = await client.call_tool(name, given)
                assert not result.is_error, result
                assert result.structured_content is not None, name
                assert expected in result.content[0].text, (name, result.content[0].text)
            refused = await client.call_tool("ccr_get", {"id": "acme/nothing-like-it"})
            assert refused.is_error, refused
            resources = (await client.list_resources()).resources
            read = await client.read_resource(resources[0].uri)
            assert read.contents[0].text.startswith("# "), read
            prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
            prompt = await client.get_prompt("triage_symptom", {"symptom": "pods keep restarting"})
            assert "acme/k8s-pod-restarts" in prompt.messages[0].content.text, prompt
            version = client.protocol_version
        print(f"python {mode}: {version}, {len(tools)} tools, {len(resources)} resources, {len(prompts)} prompts")


asyncio.run(main())
