// In:  the files of the repository. Out: a failure that says which house rule is broken, where, and what to do instead.
// Never: what the linter can see in one file alone; the import table is the exception, because a lint comment could switch it off.
import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { renderEnvExample } from '@ringside/server/options';
import { judgeImport } from './import-table.js';
import { eventsListedIn, eventsLoggedIn } from './log-events.ts';
import { listFiles } from './repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = listFiles(root);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const isCode = (path: string) => /\.(ts|js|mjs|svelte)$/.test(path) && !path.endsWith('.d.ts');
const inWorkspace = (path: string) => /^(server|web|shared|test)\//.test(path);
const code = files.filter((path) => inWorkspace(path) && isCode(path));

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Every static import, re-export and literal `import()` of a file. */
function importsOf(path: string): Import[] {
  const source = path.endsWith('.svelte') ? scriptsOf(read(path)) : read(path);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteral(specifier)) found.push({ specifier: specifier.text, typeOnly });
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return found;
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

/** A file whose only statements pass other files' exports on. */
function isBarrel(path: string): boolean {
  if (/^index\.(ts|js|svelte\.ts)$/.test(basename(path))) return true;
  if (extname(path) !== '.ts') return false;
  const { statements } = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest);
  return statements.length > 0 && statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier);
}

describe('the house', () => {
  it('has exactly the agreed top level', () => {
    const allowed = [
      ...['server', 'web', 'shared', 'test', 'package.json', 'tsconfig.base.json', 'turbo.json'],
      ...['package-lock.json', 'turbo.env', 'eslint.config.js', 'prettier.config.js', 'LICENSE'],
      ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'DECISIONS.md', 'CHANGELOG.md', 'SECURITY.md', 'docs'],
    ];
    const top = new Set(files.map((path) => path.split('/')[0] ?? ''));
    const strange = [...top].filter((name) => !name.startsWith('.') && !allowed.includes(name));
    expect(strange, 'put it into server/, web/, shared/ or test/').toEqual([]);
    const needed = ['server', 'web', 'shared', 'test', 'package.json', 'tsconfig.base.json', 'turbo.json'];
    expect(needed.filter((name) => !top.has(name))).toEqual([]);
    expect(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'LICENSE'].filter((name) => !top.has(name))).toEqual([]);
  });

  it('imports along the table in test/import-table.js', () => {
    const wrong = code.flatMap((path) =>
      importsOf(path).flatMap(({ specifier, typeOnly }) => {
        const message = judgeImport(path, specifier, typeOnly);
        return message ? [`${path}: ${message}`] : [];
      }),
    );
    expect(wrong.join('\n')).toBe('');
  });

  it('has no folder that could hold anything', () => {
    const names = ['utils', 'util', 'helpers', 'helper', 'common', 'services', 'managers', 'misc', 'lib'];
    const wrong = files.filter((path) =>
      path
        .split('/')
        .slice(0, -1)
        .some((folder) => names.includes(folder)),
    );
    expect(wrong, 'name the folder after what is in it').toEqual([]);
  });

  it('has no barrels', () => {
    expect(code.filter(isBarrel), 'import the file that holds the thing').toEqual([]);
  });

  it('names files in kebab-case, components in PascalCase', () => {
    const good = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
    const component = /^[A-Z][A-Za-z0-9]*\.svelte(\.test\.ts)?$/;
    const wrong = code.filter((path) => !(component.test(basename(path)) || good.test(basename(path))));
    expect(wrong).toEqual([]);
  });

  it('keeps the product unaware of any stand-in for the platform', () => {
    const product = code.filter((path) => /^(server|web|shared)\//.test(path));
    const wrong = product.filter((path) => /simulat/i.test(path) || /simulat/i.test(read(path)));
    expect(wrong, 'only test/ may know; an option of the server must make sense against a real account').toEqual([]);
  });
});

describe('the dependencies', () => {
  interface Locked {
    readonly version?: string;
    readonly optionalDependencies?: Record<string, string>;
  }
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

  it('are locked for every platform', () => {
    // npm leaves out, in silence, the platform binaries its registry does not have; `npm ci` then refuses elsewhere.
    const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !placesToFind(name, at).some((place) => place in packages))
        .map((name) => `${at} wants ${name}`),
    );
    expect(missing, 'pin the newest version whose binaries are all published').toEqual([]);
  });

  it('are exact versions', () => {
    const manifests = files.filter((path) => /^([a-z]+\/)?package\.json$/.test(path));
    const loose = manifests.flatMap((path) => {
      const manifest = JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>;
      const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
      const versions = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
      return versions.filter(([, version]) => !/^\d/.test(version)).map(([name]) => `${path}: ${name}`);
    });
    expect(loose).toEqual([]);
  });
});

/** Where Node looks for a package from a place in the tree, nearest first. */
function placesToFind(name: string, at: string): string[] {
  const above = at.includes('node_modules/') ? at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '') : '';
  const here = `${at ? `${at}/` : ''}node_modules/${name}`;
  return at === '' ? [here] : [here, ...placesToFind(name, above)];
}

describe('the specification', () => {
  const specified = () => numbersIn('shared/SPEC.md');
  const tests = code.filter((path) => path.endsWith('.test.ts') && path !== 'test/rules.test.ts');
  const quoted = new Map(tests.flatMap((path) => quotedIn(path).map((id) => [id, path] as const)));

  it('gives each rule one number', () => {
    const rules = specified();
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
  });

  it('has a test for every rule', () => {
    expect(
      specified().filter((id) => !quoted.has(id)),
      'quote the rule in a test title: it("[S1] …")',
    ).toEqual([]);
  });

  it('has a rule for every number a test quotes', () => {
    const rules = [...specified(), ...numbersIn('docs/reliability.md')];
    const gone = [...quoted].filter(([id]) => !rules.includes(id)).map(([id, path]) => `${path} quotes ${id}`);
    expect(gone, 'write the rule into shared/SPEC.md').toEqual([]);
  });

  it('has a test for every promise and every fault', () => {
    // A number of SPEC.md may read like that of a fault; faults are injected where there is a platform.
    const ofFaults = tests.filter((path) => /^(server|test)\//.test(path)).flatMap(quotedIn);
    const missing = numbersIn('docs/reliability.md').filter((id) =>
      id.startsWith('I-') ? !quoted.has(id) : !ofFaults.includes(id),
    );
    expect(missing, 'quote the number in a test title: it("[R4] …")').toEqual([]);
  });
});

/** The numbers that a document gives: `**S1** …`, `- **I-1** …`. */
function numbersIn(path: string): string[] {
  const given = read(path).matchAll(/^\s*(?:[-*]\s+)?\*\*(I-\d+|[A-Z]\d+[a-z]?)\*\*/gm);
  return [...given].map((match) => match[1] ?? '');
}

const NUMBER = '(?:I-\\d+|[A-Z]\\d+[a-z]?)';
const LIST = new RegExp(`\\[(${NUMBER}(?:\\s*,\\s*${NUMBER})*)\\]`, 'g');

/** The rules (`[S1]`, `[S1, I-2]`) that titles of tests and describes quote. */
function quotedIn(path: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText())) {
      const title = node.arguments[0];
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) titles.push(title.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
  const lists = titles.flatMap((title) => [...title.matchAll(LIST)]);
  return lists.flatMap((list) => (list[1] ?? '').split(/\s*,\s*/));
}

describe('the documents', () => {
  const documents = files.filter(
    (path) => /^[^/]+\.md$/.test(path) || /^docs\/.*\.md$/.test(path) || path === 'shared/SPEC.md',
  );

  it('name only paths that exist', () => {
    const wrong = documents.flatMap((path) =>
      pathsIn(read(path))
        .filter((target) => !exists(target))
        .map((target) => `${path} names ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const wrong = documents.flatMap((path) =>
      [...read(path).matchAll(/npm run ([a-z][\w:-]*)/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !(name in scripts))
        .map((name) => `${path} names npm run ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('list every event of the log, and no other', () => {
    const logging = code.filter((path) => /^server\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'));
    const logged = logging.flatMap((path) => eventsLoggedIn(path, read(path)));
    expect(logged.length).toBeGreaterThan(0);
    const listed = eventsListedIn(read('ARCHITECTURE.md'));
    expect(listed.sort(), 'the table in ARCHITECTURE.md').toEqual([...new Set(logged)].sort());
  });

  it('keep .env.example equal to the options table', () => {
    expect(read('.env.example'), 'run "npm run fix"').toBe(renderEnvExample());
  });
});

/** Paths in code spans and links that start in a folder or file of the repository; `*` and `…` mark patterns. */
function pathsIn(markdown: string): string[] {
  const spans = [...markdown.matchAll(/`([^`\n]+)`/g), ...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(
    (match) => match[1] ?? '',
  );
  const ours =
    /^(\.\/)?((server|web|shared|test|docs|\.ci)\/[\w./@$-]*|[A-Za-z][\w.-]*\.(md|json|js|ts)|turbo\.env|\.[a-z][\w.-]+)(#.*)?$/;
  const generated = /(^|\/)(dist|data|node_modules|coverage|\.env)(\/|$)|^\.[a-z]+$/;
  return spans
    .filter((span) => ours.test(span))
    .map((span) => span.replace(/^\.\//, '').replace(/#.*$/, ''))
    .filter((span) => !generated.test(span));
}

/** A path from the root, or the name of a file that exists once or more (`board.ts` in a table about its room). */
function exists(target: string): boolean {
  if (existsSync(join(root, target))) return true;
  return !target.includes('/') && files.some((path) => basename(path) === target);
}
