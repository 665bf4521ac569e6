/** Writes packages/client from the running API's OpenAPI description. */
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { startApi } from '../test/support/running-api.ts';

const output = fileURLToPath(new URL('../packages/client/src/generated', import.meta.url));

await using api = await startApi();
const description = await (await fetch(`${api.url}/openapi.json`)).json();
await createClient({
  input: description,
  output: { path: output, clean: true, importFileExtension: '.ts' },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
  logs: { level: 'warn' },
});
