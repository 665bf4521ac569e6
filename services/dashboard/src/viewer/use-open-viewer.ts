import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type OpenViewer, openViewer } from './open-viewer.ts';

interface ViewerState {
  /** Of the element that the viewer fills. */
  readonly element: RefObject<HTMLDivElement>;
  /** null until the slide is open. */
  readonly open: OpenViewer | null;
  readonly error: Error | null;
  readonly tilesFailed: boolean;
  readonly retryTiles: () => void;
  /** Level-0 pixels to a screen pixel; null until it is known. */
  readonly screenPxL0: number | null;
}

/** Opens a slide in an element for as long as the component is mounted; `label` is what the canvas is called. */
export function useOpenViewer(descriptor: DeepZoomDescriptor, label: string): ViewerState {
  const element = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<OpenViewer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [tilesFailed, setTilesFailed] = useState(false);
  const [screenPxL0, setScreenPxL0] = useState<number | null>(null);
  const { Width: widthL0 } = descriptor.Image.Size;

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    let mounted = true;
    let opened: OpenViewer | null = null;
    openViewer(host, descriptor).then(
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
  }, [descriptor, widthL0]);

  useEffect(() => open?.viewer.canvas.setAttribute('aria-label', label), [open, label]);

  const retryTiles = (): void => {
    setTilesFailed(false);
    open?.viewer.world.resetItems();
  };
  return { element, open, error, tilesFailed, retryTiles, screenPxL0 };
}
