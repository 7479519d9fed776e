// In:  the options table of the server. Out: .env.example, written anew (part of `npm run fix`).
// Never: a line of its own; the table is the only source.
import { writeFileSync } from 'node:fs';
import { renderEnvExample } from '@ringside/server/options';

writeFileSync(new URL('../.env.example', import.meta.url), renderEnvExample());
