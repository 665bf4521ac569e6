// Points package.json at the built files while npm packs, and back at the sources afterwards.
// Why? Node strips no types under node_modules, so what is published must be JavaScript; the workspace runs the sources.
import { readFileSync, writeFileSync } from 'node:fs';

const TARGETS = {
  publish: { types: './dist/index.d.ts', default: './dist/index.js' },
  develop: './src/index.ts',
};

const target = TARGETS[process.argv[2]];
if (target === undefined) throw new Error('usage: pack-exports.mjs publish|develop');
const file = new URL('../package.json', import.meta.url);
const text = readFileSync(file, 'utf8');
// Replaces just that entry, so that the file comes back byte for byte.
const entry = /("\.": )("[^"]*"|\{[^}]*\})/;
if (!entry.test(text)) throw new Error('package.json has no exports entry "."');
writeFileSync(
  file,
  text.replace(entry, (_, key) => key + JSON.stringify(target)),
);
