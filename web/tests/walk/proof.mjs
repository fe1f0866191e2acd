// Proofs that citizens download, checked without the service that made them.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { need, until } from "./story.mjs";

const CHECKER = fileURLToPath(new URL("../../../docs/check_proof.py", import.meta.url));

/**
 * Downloads a proof and has it checked offline, by the program and by a script that shares no code
 * with it. Gives what the script says.
 */
export async function check(citizen, tale, link, name) {
  const { program } = tale.world;
  const href = await citizen.page.locator(link).first().getAttribute("href");
  const answer = await until(async () => {
    const answer = await citizen.ask(href);
    // The log closes its entries in batches, up to a second apart.
    return answer.status() === 200 ? answer : null;
  }, `no proof comes from ${href}`, 15);
  need(/attachment/.test(answer.headers()["content-disposition"] ?? ""), `${href} is shown, not downloaded`);
  const file = tale.folder.write(`${name}.tlog-proof`, await answer.body());
  const said = run(process.env.VARDE, ["ledger", "check", file, "--key", program.log_key]);
  need(/\S/.test(said), `the program says nothing about the ${name} proof`);
  const proved = run("python3", [CHECKER, file, program.log_key]);
  // Of a list a letter may be a mere hint of where an entry stands: the ledger's tests alter it.
  if (name === "complete") return proved;
  const bent = Buffer.from(await answer.body());
  let at = bent.length >> 1;
  while (!/[0-9A-Za-z]/.test(String.fromCharCode(bent[at]))) at += 1;
  bent[at] = (bent[at] === 48 ? "1" : "0").charCodeAt(0);
  const wrong = tale.folder.write("bent.tlog-proof", bent);
  for (const [checker, flags] of [[process.env.VARDE, ["ledger", "check", wrong, "--key", program.log_key]], ["python3", [CHECKER, wrong, program.log_key]]]) {
    let held = true;
    try {
      run(checker, flags);
    } catch {
      held = false;
    }
    need(!held, `${checker} believes a proof with a letter changed`);
  }
  return proved;
}

function run(command, flags) {
  try {
    return execFileSync(command, flags, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${command} ${flags.slice(0, 2).join(" ")}: ${error.stdout}${error.stderr}`);
  }
}
