/** A parent that starts a service, prints its pid once it answers, and then waits to be killed. */
import { ServiceClient } from '@gigascope/processes';
import { testProtocol } from './protocol.ts';

const client = new ServiceClient(new URL('./service.child.ts', import.meta.url), testProtocol);
await client.call('add', { a: 1, b: 1 });
process.stdout.write(`${client.pid}\n`);
