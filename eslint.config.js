import eslint from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { relative } from 'node:path';
import svelteParser from 'svelte-eslint-parser';
import tseslint from 'typescript-eslint';
import { judgeImport } from './test/import-table.js';
import svelteConfig from './web/svelte.config.js';

const tests = ['**/*.test.ts', 'test/**'];

const bans = {
  env: {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Only server/src/main.ts reads process.env; declare an option in server/src/config/options.ts.',
  },
  exit: {
    selector: 'CallExpression[callee.object.name="process"][callee.property.name="exit"]',
    message: 'Set process.exitCode and let the app dispose in order.',
  },
  now: {
    selector: 'CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name="now"]',
    message: 'No clock in shared: time enters as data.',
  },
  date: {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'No clock in shared: time enters as data.',
  },
  random: {
    selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    message: 'No randomness in shared: it enters as data.',
  },
  subscribe: {
    selector: 'CallExpression[callee.property.name="subscribe"]',
    message: 'Only server/src/app.ts subscribes; return the Observable instead.',
  },
  subject: {
    selector: 'NewExpression[callee.name=/^(Behavior|Replay|Async)?Subject$/]',
    message:
      'A Subject lets data flow sideways: derive the stream from its source, or adapt a callback API with new Observable.',
  },
  effect: {
    selector: 'CallExpression:matches([callee.name="$effect"], [callee.object.name="$effect"])',
    message: 'Derive, do not react: $effect is for web/src/live only.',
  },
  focus: {
    selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]',
    message: 'No test is left out: mend it or delete it.',
  },
};

/** A later entry replaces an earlier one, so each names its whole list. */
const restrict = (...list) => ({ 'no-restricted-syntax': ['error', ...list] });

/** The import table, while you type. */
const importTable = {
  create(context) {
    const from = relative(import.meta.dirname, context.filename).replaceAll('\\', '/');
    const check = (node, typeOnly) => {
      if (typeof node.source?.value !== 'string') return;
      const message = judgeImport(from, node.source.value, typeOnly);
      if (message) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration(node) {
        const named = node.specifiers;
        check(
          node,
          node.importKind === 'type' || (named.length > 0 && named.every((one) => one.importKind === 'type')),
        );
      },
      ImportExpression: (node) => check(node, false),
      ExportNamedDeclaration: (node) => check(node, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.exportKind === 'type'),
    };
  },
};

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/coverage/', '**/data/', '**/.turbo/', 'test/.results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.{ts,svelte}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      // Objects here are closures without `this`; their methods may be passed around.
      '@typescript-eslint/unbound-method': 'off',
      'no-undef': 'off',
    },
  },
  {
    // The tests of shared have a TypeScript project of their own, so that the sources see no Node types.
    files: ['shared/**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: false, project: ['shared/tsconfig.json', 'shared/tsconfig.test.json'] },
    },
  },
  {
    files: ['**/*.svelte'],
    languageOptions: { parser: svelteParser, parserOptions: { parser: tseslint.parser, svelteConfig } },
    rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error', 'svelte/no-at-html-tags': 'error' },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    plugins: { ringside: { rules: { 'import-table': importTable } } },
    rules: {
      'ringside/import-table': 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 4],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['shared/src/**'],
    rules: restrict(bans.env, bans.now, bans.date, bans.random, bans.subject, bans.subscribe),
  },
  { files: ['server/src/**'], rules: restrict(bans.env, bans.exit, bans.subscribe, bans.subject) },
  { files: ['server/src/app.ts'], rules: restrict(bans.env, bans.exit, bans.subject) },
  { files: ['server/src/main.ts'], rules: restrict(bans.exit, bans.subscribe, bans.subject) },
  { files: ['web/src/**'], rules: restrict(bans.env, bans.effect, bans.subject) },
  { files: ['web/src/live/**'], rules: restrict(bans.env, bans.subject) },
  {
    files: ['**/*.svelte'],
    rules: { 'max-lines': ['error', 150] },
  },
  { files: tests, rules: { ...restrict(bans.focus), 'no-console': 'off' } },
  { files: ['.ci/**'], rules: { 'no-console': 'off' } },
  {
    // Tests read answers as any client would: their shape is what the test checks. In a component's markup the linter sees `any`
    // where svelte-check, which is part of the type check, sees the type.
    files: ['**/*.test.ts', 'test/**/*.ts', '**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // The world's behaviours are generators, whether or not they wait for anything.
  { files: ['test/simulator/**'], rules: { 'require-yield': 'off' } },
  // Table-like by nature: a describe block is one function.
  { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
);
