// Compares Varde's verdicts on national numbers with those of @navikt/fnrvalidator.
//
//   cargo run -p varde-core --example national_numbers | node web/tests/national-numbers.mjs
//
// Reads `number<TAB>valid|invalid<TAB>kind` lines. Ends with 1 when a verdict or kind differs, and
// prints how many; a number itself is printed only when it is synthetic (month + 80).
//
// Known differences, each compared for what it is rather than skipped:
// - Common help numbers (felles hjelpenummer, first digit 8 or 9): the validator knows no such kind
//   and refuses them for the date. Varde accepts them by their control digits, so here the validator
//   must refuse every one with "invalid date" as its only reason.
// - DUF numbers (12 digits): the validator knows 11 digits only. The producer makes none.
// Not a difference, though it looks like one: the validator reads years as 19yy and year 00 as 2000,
// Varde all as 20yy; leap years agree. Both know the numbers of 2032 (first control digit with
// remainder 0–3), and neither asks the individual number for a century, since 2032 it has none.

import { createInterface } from 'node:readline';
import { idnr } from '@navikt/fnrvalidator';

const KINDS = {
  fnr: 'birth_number',
  dnr: 'd_number',
  hnr: 'h_number',
  tnr: 'birth_number+synthetic',
  'dnr-and-hnr': 'd_h_number',
  'dnr-and-tnr': 'd_number+synthetic',
};

function agrees(number, verdict, kind) {
  const theirs = idnr(number);
  if (kind === 'common_help_number') {
    return theirs.status === 'invalid' && theirs.reasons.every((reason) => reason === 'invalid date');
  }
  if (theirs.status !== verdict) return false;
  return verdict === 'invalid' || KINDS[theirs.type] === kind;
}

const isSynthetic = (number) => /^\d{2}[89]/.test(number);

let compared = 0;
let different = 0;
const kinds = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [number, verdict, kind] = line.split('\t');
  if (kind === undefined) {
    console.error(`line ${compared + 1} does not have three fields`);
    process.exit(2);
  }
  compared += 1;
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  if (!agrees(number, verdict, kind)) {
    different += 1;
    if (different <= 10) console.error(`differs: ${isSynthetic(number) ? number : '(not synthetic)'} ${verdict} ${kind}`);
  }
}
const byKind = [...kinds].sort().map(([kind, count]) => `${kind === '-' ? 'invalid' : kind} ${count}`);
console.log(`national numbers: ${compared} compared, ${different} different (${byKind.join(', ')})`);
// Nothing compared means that the producer failed, which must not look like agreement.
process.exit(compared > 0 && different === 0 ? 0 : 1);
