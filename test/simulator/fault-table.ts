// In:  the known faults. Out: their table in README.md, or its text for the test that compares.
// Never: a description of its own; the fault says what it does.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { knownFaults } from './faults/known.ts';
import { defaultsOf } from './faults/parse.ts';

const START = '<!-- faults: written by `node test/simulator/fault-table.ts`, checked by readme.test.ts -->\n';
const END = '<!-- end of faults -->';
export const readmeFile = fileURLToPath(new URL('README.md', import.meta.url));

/** README.md with the table of faults brought up to date. */
export function withFaultTable(readme: string): string {
  const [before = '', rest = ''] = readme.split(START);
  const after = rest.slice(rest.indexOf(END));
  const rows = [...knownFaults]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((fault) => `| \`${fault.name}\` | ${(fault.about + defaultsOf(fault)).replaceAll('|', '\\|')} |\n`);
  return `${before}${START}\n| Fault | What it does |\n| --- | --- |\n${rows.join('')}\n${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmeFile, withFaultTable(readFileSync(readmeFile, 'utf8')));
}
