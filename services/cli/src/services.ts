import { engineProtocol, readerProtocol } from '@gigascope/contracts';
import { ServiceClient } from '@gigascope/processes';

const ENGINE_ENTRY = new URL('../../engine/src/main.ts', import.meta.url);
const READER_ENTRY = new URL('../../reader/src/main.ts', import.meta.url);
/** A slide whose metadata or region takes longer than this is taken to hang the library. */
const READER_TIMEOUT_MS = 120_000;

export type EngineService = ServiceClient<typeof engineProtocol>;

export function startEngine(): EngineService {
  return new ServiceClient(ENGINE_ENTRY, engineProtocol);
}

export function startReader(): ServiceClient<typeof readerProtocol> {
  return new ServiceClient(READER_ENTRY, readerProtocol, { timeoutMs: READER_TIMEOUT_MS });
}
