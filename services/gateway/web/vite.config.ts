import { defineConfig } from 'vite';

/** `vite` serves the console beside a running product: API calls go to SIGNALBOX_API, by default port 8080 of this machine. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    target: 'es2023', sourcemap: false, chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // Mantine marks its modules for React servers; the console is a browser program, where the mark means nothing.
      onwarn: (warning, report) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(warning)),
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': process.env['SIGNALBOX_API'] ?? 'http://127.0.0.1:8080' } },
});
