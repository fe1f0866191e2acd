// csvw, a library of CSV on the Web in Python, reads a published table as it is.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { need } from "../walk/story.mjs";
import { interpreter } from "./second.mjs";

const SCRIPT = fileURLToPath(new URL("tables.py", import.meta.url));

export async function describedTables({ step, program }) {
  let table, read, seen;
  await step("finds the description beside the file, and every cell is as it says", async () => {
    const { statistic, state } = program.steps.find((one) => one.step === "statistics").facts;
    need(statistic, `the demo world's request is ${state}`);
    table = new URL(`/statistikk/${statistic}/`, program.address);
    const { stdout } = await promisify(execFile)(interpreter(), [SCRIPT, new URL("tabell.csv", table).href]);
    ({ read, seen } = JSON.parse(stdout));
    need(read.described && read.valid, `it says ${read.warnings}`);
    need(read.about["dc:license"]["@id"].startsWith("https://"), "the licence is not told");
  });
  await step("reads the same numbers as stand in the JSON file, and nothing where they are withheld", async () => {
    const { cells, groups } = await (await fetch(new URL("tabell.json", table))).json();
    need(read.rows.length === cells.length, `${read.rows.length} rows of ${cells.length} cells`);
    need(read.key.length === groups.length, `the key is ${read.key}`);
    const sorted = (numbers) => numbers.map((number) => number ?? -1).sort((a, b) => a - b);
    const numbers = sorted(read.rows.map((row) => row.people));
    need(`${numbers}` === `${sorted(cells.map((cell) => cell.people))}`, `it reads ${numbers}`);
  });
  await step("sees when a file is no longer what is described", async () => {
    const { nothing, ...altered } = seen;
    need(!nothing, "it finds a fault in the files as they are");
    const missed = Object.keys(altered).filter((what) => !altered[what]);
    need(Object.keys(altered).length === 3 && !missed.length, `it does not see ${missed}`);
  });
}
