// Shows that clients of others' making work with the authorisation server as it is, unchanged, and that
// a library of CSV on the Web reads a published table by its description:
// VARDE=target/debug/varde VARDE_PYTHON=path/to/python node web/tests/interop.mjs
//
// Starts the program with a small world of its own and stops it again. The first library is npm's
// openid-client, the second requests-oauth2client in Python; VARDE_PYTHON is a Python that has it
// (interop/requirements.txt). The exit code is 0 when every step was passed.
import { machine, tokensInSight } from "./interop/machine.mjs";
import { killed } from "./interop/killed.mjs";
import { person } from "./interop/person.mjs";
import { professional } from "./interop/professional.mjs";
import { second, secondPerson } from "./interop/second.mjs";
import { register } from "./interop/registry.mjs";
import { describedTables } from "./interop/tables.mjs";
import { start } from "./walk/program.mjs";
import { story } from "./walk/story.mjs";

const program = await start({ people: 300 });
let code = 1;
try {
  code = await tell(program);
} finally {
  await program.stop();
}
process.exit(code);

async function tell(program) {
  const { step, chapter, told } = story([]);
  const tale = { step, program, registered: await register(program) };

  chapter("npm openid-client, a program for itself");
  await machine(tale);
  chapter("npm openid-client, a system that a person logs in to");
  await person(tale);
  chapter("npm openid-client, a system that health personnel log in to");
  await professional(tale);
  chapter("requests-oauth2client in Python, a program for itself");
  await second(tale);
  chapter("requests-oauth2client in Python, a system that a person logs in to");
  await secondPerson(tale);
  chapter("csvw in Python, a reader of published tables");
  await describedTables(tale);
  chapter("What was answered is kept, though the server is killed");
  await killed(tale);
  chapter("What the program wrote down");
  await step("no token, statement or proof is in its log", () => tokensInSight(program));

  const skipped = told.skipped ? `, ${told.skipped} not reached` : "";
  process.stdout.write(`\n${told.passed} passed, ${told.failed} failed${skipped}\n`);
  return told.failed || told.skipped ? 1 : 0;
}
