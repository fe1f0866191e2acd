// Walks the main job in a browser, as four people: VARDE=target/demo/varde node web/tests/walk.mjs
//
// Starts the program with a small world of its own and stops it again. Every page on the way is
// checked (see walk/person.mjs). VARDE_SCREENSHOTS names a folder for pictures of them all.
// VARDE_WORLD names a file with what `varde demo --world-only --json` printed, to walk in that
// world instead. The exit code is 0 when nothing was wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { govern } from "./walk/architecture.mjs";
import { observe } from "./walk/availability.mjs";
import { delegate } from "./walk/delegation.mjs";
import { deliveries } from "./walk/deliveries.mjs";
import { apply, decide, find } from "./walk/apply.mjs";
import { citizen, saidNo, saysNoBefore } from "./walk/citizen.mjs";
import { ehds } from "./walk/ehds.mjs";
import { quality } from "./walk/fair.mjs";
import { exchange } from "./walk/exchange.mjs";
import { endings, roles } from "./walk/endings.mjs";
import { explore } from "./walk/explorer.mjs";
import { lookAfter } from "./walk/governance.mjs";
import { safeTables } from "./walk/exploration.mjs";
import { harmonise } from "./walk/harmonisation.mjs";
import { large } from "./walk/large.mjs";
import { keyboardAlone, operate, publicLog } from "./walk/operate.mjs";
import { dataProducts } from "./walk/products.mjs";
import { start } from "./walk/program.mjs";
import { codes } from "./walk/terminology.mjs";
import { takeIntoUse } from "./walk/onboarding.mjs";
import { workThrough } from "./walk/quarantine.mjs";
import { stewardship } from "./walk/quality.mjs";
import { permit, release, work } from "./walk/room.mjs";
import { selfService } from "./walk/self_service.mjs";
import { shell, steward } from "./walk/shell.mjs";
import { update } from "./walk/updates.mjs";
import { statistics } from "./walk/statistics.mjs";
import { story } from "./walk/story.mjs";
import { people } from "./walk/world.mjs";

const folder = temporary();
const program = await start();
let code = 1;
try {
  code = await tell(program);
} finally {
  await program.stop();
  folder.remove();
}
process.exit(code);

async function tell(program) {
  const shots = process.env.VARDE_SCREENSHOTS;
  const walk = await launch({ base: program.address, shots });
  const { step, chapter, told } = story(walk.faults);
  const world = { logins: people(program.logins), program };
  const picture = async (page, name) => shots && page.screenshot({ path: join(shots, `${name}.png`) });
  const tale = { step, walk, world, folder, picture, cookie: "varde" };

  chapter("The front page and what surrounds every page");
  await shell(tale);
  chapter("With the keyboard alone");
  await keyboardAlone(tale);
  chapter("What was taken in");
  await steward(tale);
  chapter("How good a release is, what changed, what is demanded");
  await stewardship(tale);
  // It registers the supplier's system by command, so it takes a program of the walk's own.
  if (program.data) {
    chapter("Let a supplier act, see every use, take it back");
    await delegate(tale);
  }
  chapter("Register a system, make a client, hand in a key, test the connection");
  await selfService(tale);
  chapter("Order a service, grant it, read the confirmation");
  await takeIntoUse(tale);
  chapter("Assess a register against the principles, and deviate with leave");
  await govern(tale);
  chapter("Compare the registers' quality, see what shows it, judge what cannot be computed");
  await quality(tale);
  chapter("See which variables are alike, propose how two correspond, decide it");
  await harmonise(tale);
  chapter("Explore by safe tables, without a permit");
  await safeTables(tale);
  chapter("Ask for statistics, decide, publish a table");
  await statistics(tale);
  chapter("Find, apply, decide, permit, extract, room, result, proof");
  for (const part of [find, apply, saysNoBefore, decide, permit, deliveries, work, release, saidNo, citizen]) await part(tale);
  // What takes commands, files or another program takes a program of the walk's own.
  if (program.data) {
    chapter("A newer release, and the update that follows in the running room");
    await update(tale);
    chapter("Give and end a role");
    await roles(tale);
    chapter("The rules of EHDS");
    await ehds(tale);
  }
  chapter("How things end: room, permit, session");
  await endings(tale);
  chapter("Apply for everybody, and decide what is very large");
  await large(tale);
  chapter("Propose, review and publish a description; find it and list it");
  await lookAfter(tale);
  chapter("Code systems: look around, bring an edition, put one in force");
  await codes(tale);
  chapter("What other catalogues demand, and one that is harvested");
  await exchange(tale);
  chapter("Explore the catalogue: columns, comparison, tree, the two times, list and application");
  await explore(tale);
  chapter("What is in the data: availability by year, and statistics without small numbers");
  await observe(tale);
  chapter("Declare a data product, see it made and what it is made of");
  await dataProducts(tale);
  if (program.data) {
    chapter("Work through rows that could not be used, and enter what a person has had deleted");
    await workThrough(tale);
  }
  chapter("How it stands, and the log");
  await publicLog(tale);
  await operate(tale);

  // Every fault was told with its step.
  walk.faults.splice(0);
  const pages = await walk.close();
  const skipped = told.skipped ? `, ${told.skipped} not reached` : "";
  process.stdout.write(`\n${pages} pages checked; ${told.passed} passed, ${told.failed} failed${skipped}\n`);
  return told.failed || told.skipped ? 1 : 0;
}

/** A folder for what is downloaded. */
function temporary() {
  const path = mkdtempSync(join(tmpdir(), "varde-walk-files-"));
  return {
    write(name, bytes) {
      writeFileSync(join(path, name), bytes);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
