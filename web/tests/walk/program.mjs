// Starts the program with a demo world of its own, and stops it again.
import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// The first start makes a database, a world and, where it is missing, the rooms' Python.
const PATIENCE = 15 * 60_000;
// Ends what runs in a folder and removes it, when its standard input ends: as the tests in Rust do.
const END = fileURLToPath(new URL("../../../crates/foundation/store/src/testing/end.sh", import.meta.url));

/**
 * The demo world to walk in: `{ address, log_key, logins: { key: name } }` as the program prints it.
 * With VARDE_WORLD naming a file of that JSON, the service that printed it is used and left alone.
 * @param {{people?: number, job?: boolean}} options how many people the world has; whether the program
 *   does the main job in it by itself first
 */
export async function start({ people = 3000, job = false } = {}) {
  if (process.env.VARDE_WORLD && !job) {
    return { ...JSON.parse(readFileSync(process.env.VARDE_WORLD, "utf8")), stop: async () => {} };
  }
  const program = process.env.VARDE;
  if (!program) throw new Error("set VARDE to the path of the program, for example target/demo/varde");
  const { path: data, remove } = temporary();
  const log = join(tmpdir(), `varde-walk-${process.pid}${job ? "-job" : ""}.log`);
  const words = createWriteStream(log);
  let child, ended;
  async function run(port) {
    const world = [job ? "--plain-rooms" : "--world-only", "--people", `${people}`, "--data", join(data, "data")];
    child = spawn(program, ["demo", ...world, "--port", `${port}`, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
    child.stderr.pipe(words, { end: false });
    return ready(child, ended, log);
  }
  process.on("exit", () => child.kill("SIGKILL"));
  const world = await run(0);
  async function stop() {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const { code, signal } = await ended;
    clearTimeout(late);
    words.end();
    await remove();
    if (code !== 0) throw new Error(`the program ended with ${signal ?? code}, see ${log}`);
    rmSync(log, { force: true });
  }
  /** Kills it at once, as when the power goes. Its database is left to be found again. */
  async function kill() {
    child.kill("SIGKILL");
    await ended;
  }
  /** Starts it again with the same world, at the same address. */
  const again = () => run(new URL(world.address).port);
  return { ...world, data: join(data, "data"), log, program, stop, kill, again };
}

/**
 * A folder that the user of the database can enter, so that the database lies in it. It goes when it is
 * removed, when this process is killed, or with the next test (the process is part of its name).
 */
function temporary() {
  const homes = join(tmpdir(), `varde-tests-${process.geteuid()}`, "homes");
  mkdirSync(homes, { recursive: true, mode: 0o711 });
  const path = mkdtempSync(join(homes, `walk_${process.pid}_`));
  chmodSync(path, 0o711);
  const watchdog = spawn("sh", [END, path], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const gone = new Promise((resolve) => watchdog.on("close", resolve));
  watchdog.unref();
  return { path, remove: () => (watchdog.ref(), watchdog.stdin.end(), gone) };
}

async function ready(child, ended, log) {
  let text = "";
  const told = new Promise((resolve) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch {
        // Not all of it has come.
      }
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
  const first = await Promise.race([told, ended.then((end) => ({ end })), late.then(() => ({ late: true }))]);
  if (first.end || first.late) {
    const why = first.late ? "was not ready in time" : `ended with ${first.end.signal ?? first.end.code}`;
    throw new Error(`the program ${why}:\n${readFileSync(log, "utf8").split("\n").slice(-30).join("\n")}`);
  }
  return first;
}
