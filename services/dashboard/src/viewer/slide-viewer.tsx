import type { AnalysisResult } from '@gigascope/contracts';
import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { text } from '../text.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { lesionView, viewportPoint } from './geometry.ts';
import { addHeatmap } from './heatmap-layer.ts';
import { addLesionMarks } from './lesion-marks.ts';
import type { FloatMap } from './npy.ts';
import { type OpenViewer, openViewer, prefersStillness } from './open-viewer.ts';
import { ScaleBarView } from './scale-bar-view.tsx';
import { Toolbar } from './toolbar.tsx';

interface SlideViewerProps {
  readonly name: string;
  readonly descriptor: DeepZoomDescriptor;
  /** µm per level-0 pixel; null when nobody knows. */
  readonly mppX: number | null;
  readonly result: AnalysisResult | null;
  readonly heatmap: FloatMap | null;
  /** The lesion to show; a new object flies to it again. */
  readonly target: { readonly rank: number } | null;
  readonly onSelect: (rank: number) => void;
}

/** The slide with its heatmap, marks, scale bar and tools. */
export function SlideViewer(props: SlideViewerProps): JSX.Element {
  const { name, descriptor, mppX, result, heatmap, target, onSelect } = props;
  const element = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<OpenViewer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [tilesFailed, setTilesFailed] = useState(false);
  const [screenPxL0, setScreenPxL0] = useState<number | null>(null);
  const [opacity, setOpacity] = useState(0.7);
  const [heatmapOn, setHeatmapOn] = useState(true);
  const [marksOn, setMarksOn] = useState(true);
  const { Width: widthL0, Height: heightL0 } = descriptor.Image.Size;
  const size = useMemo(() => ({ widthL0, heightL0 }), [widthL0, heightL0]);

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    let mounted = true;
    let opened: OpenViewer | null = null;
    openViewer(host, descriptor, text.viewer.label(name)).then(
      (made) => {
        if (!mounted) return made.viewer.destroy();
        opened = made;
        const { viewer } = made;
        const measure = (): void => {
          setScreenPxL0(widthL0 / (viewer.viewport.getContainerSize().x * viewer.viewport.getZoom(true)));
        };
        for (const event of ['open', 'resize', 'update-viewport'] as const) viewer.addHandler(event, measure);
        viewer.addHandler('tile-load-failed', () => setTilesFailed(true));
        viewer.addOnceHandler('open', () => setOpen(made));
      },
      (cause: unknown) => mounted && setError(cause instanceof Error ? cause : new Error(String(cause))),
    );
    return () => {
      mounted = false;
      setOpen(null);
      opened?.viewer.destroy();
    };
  }, [descriptor, name, widthL0]);

  const box = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!open || !heatmap || !result) return;
    const added = addHeatmap(open, heatmap, result.grid, size);
    box.current = added;
    return () => {
      box.current = null;
      open.viewer.removeOverlay(added);
    };
  }, [open, heatmap, result, size]);

  useEffect(() => {
    if (!box.current) return;
    box.current.style.opacity = String(opacity);
    box.current.hidden = !heatmapOn;
  }, [opacity, heatmapOn, open, heatmap, result]);

  const marks = useRef<ReadonlyMap<number, HTMLButtonElement>>(new Map());
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    if (!open || !result || !marksOn) return;
    const added = addLesionMarks(open, result.lesions, size, (rank) => select.current(rank));
    marks.current = added;
    return () => {
      marks.current = new Map();
      for (const mark of added.values()) open.viewer.removeOverlay(mark);
    };
  }, [open, result, size, marksOn]);

  useEffect(() => {
    for (const [rank, mark] of marks.current) mark.setAttribute('aria-pressed', String(rank === target?.rank));
  }, [target, open, result, marksOn]);

  useEffect(() => {
    const lesion = target && result?.lesions.find(({ rank }) => rank === target.rank);
    if (!open || !result || !lesion) return;
    const side = lesionView(lesion.diameterUm, result.slide.mpp.x, size);
    const { x, y } = viewportPoint(lesion.xL0, lesion.yL0, size);
    open.viewer.viewport.fitBounds(new open.library.Rect(x - side / 2, y - side / 2, side, side), prefersStillness());
  }, [target, open, result, size]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const count = result?.lesions.length ?? 0;
    const step = { KeyN: 1, KeyP: -1 }[event.code];
    if (event.code === 'KeyH') setHeatmapOn((on) => !on);
    else if (step !== undefined && count > 0) {
      const from = target?.rank ?? (step > 0 ? 0 : count + 1);
      onSelect(Math.min(count, Math.max(1, from + step)));
    }
  };

  const viewport = open?.viewer.viewport ?? null;
  return (
    <div class="viewer" data-ready={open !== null}>
      <Toolbar
        viewport={viewport}
        umPerScreenPx={mppX !== null && screenPxL0 !== null ? mppX * screenPxL0 : null}
        hasHeatmap={heatmap !== null && result !== null}
        heatmapOn={heatmapOn}
        onHeatmap={setHeatmapOn}
        opacity={opacity}
        onOpacity={setOpacity}
        marksOn={marksOn}
        onMarks={setMarksOn}
        threshold={result?.threshold ?? null}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of the focusable canvas and marks inside */}
      <div class="viewer-stage" onKeyDown={onKeyDown}>
        <div class="viewer-canvas" ref={element} />
        {error && <ErrorNote lead={text.errors.viewer} error={error} />}
        {tilesFailed && open && (
          <p class="viewer-note" role="alert">
            {text.errors.tiles}{' '}
            <button
              type="button"
              class="button is-small"
              onClick={() => {
                setTilesFailed(false);
                open.viewer.world.resetItems();
              }}
            >
              {text.tryAgain}
            </button>
          </p>
        )}
        <ScaleBarView
          umPerScreenPx={mppX !== null && screenPxL0 !== null ? mppX * screenPxL0 : null}
          known={mppX !== null}
        />
        <p class="viewer-keys" aria-hidden="true">
          {text.viewer.keys}
        </p>
      </div>
    </div>
  );
}
