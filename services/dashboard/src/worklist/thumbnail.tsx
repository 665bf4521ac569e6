import type { Slide } from '@gigascope/client';
import { paths } from '@gigascope/contracts/paths';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** A slide's picture, or its empty frame. */
export function Thumbnail({ slide }: { readonly slide: Slide }): JSX.Element {
  const [failed, setFailed] = useState(false);
  return (
    <span class="thumbnail">
      {slide.state === 'ready' && !failed && (
        <img src={paths.thumbnail(slide.id)} alt="" loading="lazy" decoding="async" onError={() => setFailed(true)} />
      )}
    </span>
  );
}
