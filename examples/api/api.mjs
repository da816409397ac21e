// The API with fetch (Node 20 or later). See README.md.
const url = (process.env.ASSIST_URL ?? "http://127.0.0.1:8080") + "/v1";
const headers = { Authorization: `Bearer ${process.env.ASSIST_API_KEY}`, "Content-Type": "application/json" };

async function request(method, path, body) {
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error.message);
  return json;
}

// Yields events for ever, and goes on where it was when the connection breaks.
async function* watch(types) {
  let last;
  for (;;) {
    try {
      const more = last ? { "Last-Event-ID": last } : {};
      const answer = await fetch(url + "/events" + (types ? `?types=${types}` : ""), { headers: { ...headers, ...more } });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      let text = "";
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + chunk).split("\n\n");
        text = blocks.pop();
        for (const line of blocks.flatMap((block) => block.split("\n"))) {
          if (line.startsWith("id: ")) last = line.slice(4);
          if (line.startsWith("data: ") && line.includes('"id":')) yield JSON.parse(line.slice(6));
        }
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the connection broke
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

const [verb, id, text] = process.argv.slice(2);
switch (verb) {
  case "call": console.log(await request("POST", "/calls", { to: id, assistant: text ?? "front-desk" })); break;
  case "watch": for await (const event of watch(id)) console.log(JSON.stringify(event)); break;
  case "write": console.log(await request("POST", `/conversations/${id}/messages`, { text })); break;
  case "takeover": case "release": console.log(await request("POST", `/conversations/${id}/${verb}`, {})); break;
  case "queue": console.log(await request("GET", "/escalations?state=waiting")); break;
  case "claim": console.log(await request("POST", `/escalations/${id}/claim`, {})); break;
  default: console.error("usage: node api.mjs call|watch|write|takeover|release|queue|claim …"); process.exit(2);
}
