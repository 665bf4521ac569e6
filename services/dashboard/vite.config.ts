import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    // OpenSeadragon, loaded only when a slide is opened, is larger than the default warning's limit.
    chunkSizeWarningLimit: 600,
  },
});
