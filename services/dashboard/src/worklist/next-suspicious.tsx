import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { slideHref } from '../route.ts';
import { useClaim } from '../server/claims.ts';
import { ServerError } from '../server/http.ts';
import { mostSuspicious } from '../server/worklist-pages.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import type { WorklistView } from './view.ts';

interface NextSuspiciousProps {
  readonly view: WorklistView;
  /** false: it is opened without being claimed. */
  readonly mayClaim: boolean;
  /** The slide that is open and so is not the next. */
  readonly except: string | null;
}

/** Opens, and claims, the most suspicious slide of a view that nobody has claimed or reviewed. */
export function NextSuspicious({ view, mayClaim, except }: NextSuspiciousProps): JSX.Element {
  const claim = useClaim();
  const [state, setState] = useState<'idle' | 'looking' | 'nothing' | Error>('idle');

  /** Whether nobody else was faster. */
  const isMine = async (id: string): Promise<boolean> => {
    try {
      if (mayClaim) await claim.mutateAsync({ slideId: id, take: true });
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.code === 'SLIDE_CLAIMED') return false;
      throw error;
    }
  };
  const find = async (): Promise<string | null> => {
    for (;;) {
      const candidates = (await mostSuspicious(view)).filter(({ id }) => id !== except);
      if (candidates.length === 0) return null;
      for (const { id } of candidates) if (await isMine(id)) return id;
    }
  };
  const open = async (): Promise<void> => {
    setState('looking');
    try {
      const id = await find();
      setState(id === null ? 'nothing' : 'idle');
      if (id !== null) location.hash = slideHref(id);
    } catch (error) {
      setState(error as Error);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button is-primary"
        title={t('worklist.nextHint')}
        disabled={state === 'looking'}
        onClick={() => void open()}
      >
        {t('worklist.nextSuspicious')}
      </button>
      {state === 'nothing' && <Note>{t('worklist.nothingLeft')}</Note>}
      {state instanceof Error && <ErrorNote error={state} />}
    </>
  );
}
