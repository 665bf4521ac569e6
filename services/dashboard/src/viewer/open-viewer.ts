import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import type OpenSeadragon from 'openseadragon';
import { tileSourceOf } from './native-tiles.ts';

export type OpenSeadragonLibrary = typeof OpenSeadragon;

/** A viewer with the library it came from, which is loaded only when the first slide is opened. */
export interface OpenViewer {
  readonly library: OpenSeadragonLibrary;
  readonly viewer: OpenSeadragon.Viewer;
}

/**
 * Keys that OpenSeadragon takes by itself and that mean something else here: moving by letters, rotation, mirroring (a
 * mirrored slide looks right), pages.
 */
const TAKEN_BACK = new Set(['KeyW', 'KeyA', 'KeyS', 'KeyD', 'KeyR', 'KeyF', 'KeyJ', 'KeyK']);

/** Opens a slide in `element`. The caller names its canvas and destroys the viewer. */
export async function openViewer(element: HTMLElement, descriptor: DeepZoomDescriptor): Promise<OpenViewer> {
  const { default: library } = await import('openseadragon');
  const viewer = library({
    element,
    // The 2D canvas: tiles stay where the overlay's cells are, also on machines without WebGL.
    drawer: 'canvas',
    tileSources: [await tileSourceOf(library, descriptor)],
    showNavigationControl: false,
    showNavigator: true,
    navigatorPosition: 'TOP_RIGHT',
    navigatorSizeRatio: 0.16,
    navigatorOpacity: 1,
    navigatorDisplayRegionColor: '#0b57c4',
    navigatorMaintainSizeRatio: true,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true },
    visibilityRatio: 0.3,
    minZoomImageRatio: 0.7,
    // Four screen pixels to a slide pixel show single nuclei without inventing detail.
    maxZoomPixelRatio: 4,
    animationTime: prefersStillness() ? 0 : 0.5,
    tileRetryMax: 2,
    tileRetryDelay: 1500,
  });
  viewer.canvas.setAttribute('role', 'application');
  viewer.addHandler('canvas-key', (event) => {
    const original = event.originalEvent as KeyboardEvent;
    if (TAKEN_BACK.has(original.code)) event.preventDefaultAction = true;
  });
  // Focus on a mark outside the view would make the browser scroll the clipped canvas away from under its overlays.
  for (const clipped of [viewer.canvas, viewer.container]) {
    clipped.addEventListener('scroll', () => clipped.scrollTo(0, 0));
  }
  return { library, viewer };
}

export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
