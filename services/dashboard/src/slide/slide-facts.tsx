import type { Slide } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';

/** The slide's name and what its file says about it. */
export function SlideFacts({ slide }: { readonly slide: Slide }): JSX.Element {
  const { metadata } = slide;
  return (
    <section class="section">
      <h2 class="slide-name">{slide.name}</h2>
      <dl class="facts">
        {metadata && (
          <>
            <dt>{t('slide.facts.size')}</dt>
            <dd>{phrases.slide.size(metadata.widthL0, metadata.heightL0)}</dd>
            <dt>{t('slide.facts.spacing')}</dt>
            <dd>{metadata.mpp ? phrases.slide.spacing(metadata.mpp.x, metadata.mpp.source) : t('slide.noSpacing')}</dd>
            <dt>{t('slide.facts.scanner')}</dt>
            <dd>{metadata.vendor}</dd>
            {metadata.objectivePower !== null && (
              <>
                <dt>{t('slide.facts.objective')}</dt>
                <dd>{phrases.slide.objective(metadata.objectivePower)}</dd>
              </>
            )}
          </>
        )}
        <dt>{t('slide.facts.added')}</dt>
        <dd>{formatInstant(slide.createdAt)}</dd>
      </dl>
    </section>
  );
}
