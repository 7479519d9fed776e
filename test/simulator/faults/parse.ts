import type { SocketFault } from './model.ts';

/** One entry of a fault list: a fault and the numbers given for it. */
export interface FaultCall {
  readonly fault: SocketFault;
  readonly options: Readonly<Record<string, number>>;
  /** As it was written. */
  readonly text: string;
}

/**
 * Reads `drop:p=0.2,cut:every=30000;fin=1`. An empty list is no faults.
 * Throws one Error that names every unknown fault and every option that is not a number.
 */
export function parseFaults(list: string, known: readonly SocketFault[]): readonly FaultCall[] {
  const problems: string[] = [];
  const calls: FaultCall[] = [];
  for (const text of list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [name = '', ...rest] = text.split(':');
    const fault = known.find((one) => one.name === name);
    if (!fault) problems.push(`unknown fault "${name}"${nearest(name, known)}`);
    const options = parseOptions(rest.join(':'), (problem) => problems.push(`${name}: ${problem}`));
    if (fault) calls.push({ fault, options, text });
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
  return calls;
}

function parseOptions(text: string, complain: (problem: string) => void): Record<string, number> {
  const options: Record<string, number> = {};
  for (const pair of text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [key = '', value = ''] = pair.split('=');
    const number = Number(value);
    if (key === '' || value.trim() === '' || !Number.isFinite(number)) complain(`"${pair}" is not key=number`);
    else options[key] = number;
  }
  return options;
}

function nearest(name: string, known: readonly SocketFault[]): string {
  const stem = name.split('-')[0] ?? name;
  const close = known.map((one) => one.name).filter((one) => stem.length > 2 && one.includes(stem));
  return close.length > 0 ? ` (did you mean ${close.slice(0, 4).join(', ')}?)` : '';
}

/** One line per fault, for `--help`. */
export function listFaults(known: readonly SocketFault[]): string {
  const width = Math.max(...known.map((one) => one.name.length));
  return [...known]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((one) => `  ${one.name.padEnd(width)}  ${one.about}${defaultsOf(one)}`)
    .join('\n');
}

/** ` [every=60000]`, or nothing. */
export function defaultsOf(fault: SocketFault): string {
  const entries = Object.entries(fault.defaults ?? {});
  return entries.length === 0 ? '' : ` [${entries.map(([key, value]) => `${key}=${value}`).join(';')}]`;
}
