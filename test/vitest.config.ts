// In:  the test files of every workspace. Out: four projects, run one after the other, and counts in test/.results.
// Never: a silent skip. Without a Chromium the browser projects are left out with a loud line; with CI set the run fails.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { type Chromium, findChromium } from './chromium.ts';

// Every project is rooted at the repository, or coverage of the other workspaces reads 0 %.
const root = fileURLToPath(new URL('..', import.meta.url));
const browserTests = 'web/src/**/*.svelte.test.ts';
const screenTests = 'test/e2e/**/*.browser.test.ts';

const unit: TestProjectInlineConfiguration = {
  root,
  test: {
    name: 'unit',
    root,
    include: ['{shared,server,web}/src/**/*.test.ts', 'test/simulator/**/*.test.ts'],
    exclude: [browserTests],
    sequence: { groupOrder: 1 },
  },
};

const integration: TestProjectInlineConfiguration = {
  root,
  test: {
    name: 'integration',
    root,
    include: ['test/{e2e,fuzz,crash,bench}/**/*.test.ts', 'test/*.test.ts'],
    exclude: [screenTests],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { groupOrder: 2 },
  },
};

/** Components in a real browser. */
function browser(chromium: Chromium): TestProjectInlineConfiguration {
  return {
    root,
    // vitest runs from the root, so the plugin must be told where the app's settings are.
    plugins: [svelte({ configFile: fileURLToPath(new URL('../web/svelte.config.js', import.meta.url)) })],
    resolve: { conditions: ['browser'] },
    optimizeDeps: { include: ['vitest-browser-svelte', 'socket.io-client', 'zod/mini', 'fast-check'] },
    test: {
      name: 'browser',
      root,
      include: [browserTests],
      // Long enough for a busy machine, short enough that a broken page fails soon.
      expect: { poll: { timeout: 5_000 } },
      sequence: { groupOrder: 3 },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        viewport: { width: 1920, height: 1080 },
        provider: playwright({
          launchOptions: chromium,
          contextOptions: { locale: 'en-US', timezoneId: 'UTC' },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

/** The built page, served by the built server, driven by playwright from Node. */
const screens: TestProjectInlineConfiguration = {
  root,
  test: {
    name: 'screens',
    root,
    include: [screenTests],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    sequence: { groupOrder: 4 },
  },
};

async function browserProjects(): Promise<TestProjectInlineConfiguration[]> {
  try {
    return [browser(await findChromium()), screens];
  } catch (error) {
    if (process.env['CI']) throw error;
    console.error(`\n!!! BROWSER TESTS DO NOT RUN: ${(error as Error).message}\n`);
    return [];
  }
}

export default defineConfig({
  root,
  test: {
    root,
    reporters: ['default', ['json', { outputFile: 'test/.results/vitest.json' }]],
    passWithNoTests: false,
    projects: [unit, integration, ...(await browserProjects())],
  },
});
