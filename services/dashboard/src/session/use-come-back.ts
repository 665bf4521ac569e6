import { useEffect, useRef } from 'preact/hooks';
import { connection } from '../server/connection.ts';
import { signedOut } from '../server/signed-out.ts';
import { useStore } from '../ui/store.ts';

/** Calls as soon as the server can be asked again: the network is back, or the reader has signed in once more. */
export function useComeBack(comesBack: () => void): void {
  const isThere = useStore(connection) === 'online';
  const isOut = useStore(signedOut);
  const latest = useRef(comesBack);
  latest.current = comesBack;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else if (isThere && !isOut) latest.current();
  }, [isThere, isOut]);
  useEffect(() => {
    const call = (): void => latest.current();
    addEventListener('online', call);
    return () => removeEventListener('online', call);
  }, []);
}
