// In:  the repository's root. Out: the paths of the files that belong to it.
// Never: what git ignores (dependencies, builds, data).
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const generated = new Set([
  'node_modules',
  'dist',
  'coverage',
  'data',
  'env',
  '.git',
  '.turbo',
  '.svelte-kit',
  '.results',
]);

/** Every file of the repository, sorted, from its root, with `/`. Asks git, which knows .gitignore; a tarball has none, so walks then. */
export function listFiles(root: string): string[] {
  if (existsSync(join(root, '.git'))) {
    const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
    const out = execFileSync('git', list, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 });
    return out
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)))
      .sort();
  }
  return walk(root, '').sort();
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}
