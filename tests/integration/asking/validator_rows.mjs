// Ask npm's rpki-validator: lines of JSON (prefix, AS number) in, its verbose answer out.
//     node validator_rows.mjs PACKAGE VRPS     VRPs by its API connector, from this process itself; PACKAGE: its folder
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const [folder, file] = process.argv.slice(2);
const loaded = createRequire(import.meta.url)(folder);
const Validator = loaded.default ?? loaded;
const server = createServer((_, answer) => answer.setHeader("content-type", "application/json").end(readFileSync(file)));
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const port = file ? server.address().port : 9; // 9: nobody is there
const asked = readFileSync(0, "utf8").trim().split("\n").map(JSON.parse);
try {
  const rpki = new Validator({ connector: "api", url: `http://127.0.0.1:${port}/vrps.json` });
  await rpki.preCache();
  for (const [prefix, asn] of asked) {
    const answer = await rpki.validate(prefix, asn, true).catch((error) => ({ error: String(error) }));
    console.log(JSON.stringify(answer));
  }
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
process.exit(0);
