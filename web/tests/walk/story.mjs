// Tells what is done, one line a step, and what went wrong.
import { NOTED } from "./person.mjs";

/** A story whose steps build on each other: what breaks ends its chapter. */
export function story(faults) {
  const told = { passed: 0, failed: 0, skipped: 0 };
  let broken = false;

  /** One step. `where` gives the address of the page at hand when the step breaks. */
  async function step(words, act, where = () => "") {
    if (broken) {
      told.skipped += 1;
      return;
    }
    const before = faults.length;
    const begun = Date.now();
    let error;
    try {
      await act();
    } catch (found) {
      error = found;
      broken = true;
    }
    const wrong = faults.slice(before).filter((fault) => !NOTED.test(fault));
    if (error) wrong.push(`${where()} ${error.stack ?? error}`);
    if (wrong.length) told.failed += 1;
    else told.passed += 1;
    say(`${wrong.length ? "✗" : "✓"} ${words} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    for (const one of wrong) say(`    ${one.replaceAll("\n", "\n    ")}`);
  }

  /** A new chapter, which stands on its own. */
  function chapter(words) {
    broken = false;
    say(`\n${words}`);
  }

  return { step, chapter, told };
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Fails with words. */
export function need(condition, words) {
  if (!condition) throw new Error(words);
}

/** Asks again and again until the answer is true; fails with words after so many seconds. */
export async function until(ask, words, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${words}, after ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
