import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    // Our components only: some packages still ship components in the older mode.
    runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true),
  },
};
