import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where `npm run dev` serves the API and the sockets. */
const server = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [svelte()],
  build: {
    // Signage players and TVs lag years behind: keep to what their browsers can parse.
    target: ['chrome107', 'safari16'],
    sourcemap: true,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/socket.io': { target: server, ws: true },
      '/api': server,
      '/healthz': server,
    },
  },
});
