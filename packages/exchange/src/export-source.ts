import type { AnalysisResult, Detection, Lesion, Segment } from '@gigascope/contracts';

/** A picture for a report, as the bytes of its file. */
export interface Picture {
  readonly caption: string;
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly bytes: Uint8Array;
}

/** One finished analysis, as a format takes it. Boxes and outlines are read once, and only as fast as the text is taken. */
export interface ExportSource {
  readonly analysisId: string;
  /** ISO 8601 in UTC. */
  readonly finishedAt: string;
  /** As the laboratory calls the slide. */
  readonly slideName: string;
  /** Size, spacing and bounds of the slide are in `result.slide`. */
  readonly result: AnalysisResult;
  readonly model: {
    /** The manifest's; a class has its colour by its place. A segmenting model's background may be among them. */
    readonly classes: readonly string[];
    /** Of a segmenting model: each outline is an object such as a nucleus, not a region of tissue. */
    readonly objects: boolean;
    readonly intendedUse: string;
  };
  readonly lesions: readonly Lesion[];
  readonly detections: Iterable<Detection> | AsyncIterable<Detection>;
  readonly segments: Iterable<Segment> | AsyncIterable<Segment>;
  /** For formats that show any, such as the overlay. */
  readonly pictures: readonly Picture[];
}
