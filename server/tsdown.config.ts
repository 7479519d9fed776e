import { defineConfig } from 'tsdown';

export default defineConfig({
  // The feed runs in a worker thread of its own, so it needs a file of its own, next to main.js.
  entry: { main: 'src/main.ts', 'feed-worker': 'src/ringcentral/feed-worker.ts' },
  outDir: 'dist',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
  outExtensions: () => ({ js: '.js' }),
  // Node does not strip types under node_modules, so the workspace package is folded in; real dependencies stay outside.
  deps: { alwaysBundle: [/^@ringside\//] },
});
