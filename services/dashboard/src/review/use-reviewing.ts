import type { Confidence, Decision, RejectReason } from '@gigascope/contracts';
import { useState } from 'preact/hooks';
import { useActions } from '../keys/actions.ts';
import type { Selection } from '../slide/use-selection.ts';
import type { Tool } from '../viewer/sketch.ts';
import type { PlaceL0 } from '../viewer/view-frame.ts';
import { newAddedKey } from './added.ts';
import { CONFIDENCES } from './confidences.ts';
import { CONFIDENCE, NOTHING_SAID, type Said, type Value } from './draft.ts';
import type { OwnReview } from './use-review-session.ts';

/** What a reader does with findings, by keys and by buttons. */
export interface Reviewing {
  readonly said: Said;
  /** Whether anything may be said: one may write, and what was said is not signed. */
  readonly isOpen: boolean;
  readonly tool: Tool;
  readonly setTool: (tool: Tool) => void;
  readonly goesOn: boolean;
  readonly setGoesOn: (on: boolean) => void;
  /** Whether a reason is being asked for. */
  readonly asksReason: boolean;
  readonly askReason: (on: boolean) => void;
  readonly say: (subject: string, value: Value) => void;
  readonly decisionOf: (key: string | null) => Decision | null;
  readonly accept: () => void;
  readonly reject: (reason: RejectReason) => void;
  readonly takeBack: () => void;
  readonly setNote: (note: string) => void;
  readonly place: (place: PlaceL0) => void;
  readonly outline: (corners: readonly PlaceL0[]) => void;
}

const GOES_ON = 'gigascope.goes-on';

export function useReviewing(own: OwnReview, selection: Selection, mayWrite: boolean): Reviewing {
  const [tool, setTool] = useState<Tool>(null);
  const [asksReason, askReason] = useState(false);
  const [goesOn, setGoesOn] = useState(() => localStorage.getItem(GOES_ON) !== 'no');
  const said = own.state?.said ?? NOTHING_SAID;
  const isOpen = mayWrite && own.state?.review.state !== 'signed';
  const key = selection.target?.key ?? null;
  const decisionOf = (of: string | null): Decision | null => (of === null ? null : (said.decisions.get(of) ?? null));
  const decision = decisionOf(key);
  const isAdded = decision?.verdict === 'added';
  const note = decision?.note ?? '';

  const say = (subject: string, value: Value): void => {
    if (!isOpen) return;
    if (own.session) own.session.say(subject, value);
    else void own.begin().then((session) => session?.say(subject, value));
  };
  const decide = (made: Decision): void => {
    if (key === null || isAdded) return;
    say(key, made);
    if (goesOn) selection.step(1, (other) => other !== key && !said.decisions.has(other));
  };
  const add = (shape: Extract<Decision, { verdict: 'added' }>['shape']): void =>
    say(newAddedKey(), { verdict: 'added', shape, note: '' });
  const reviewing: Reviewing = {
    ...{ said, isOpen, tool, setTool, goesOn, asksReason, askReason, say, decisionOf },
    setGoesOn: (on) => {
      localStorage.setItem(GOES_ON, on ? 'yes' : 'no');
      setGoesOn(on);
    },
    accept: () => decide({ verdict: 'accept', note }),
    reject: (reason) => {
      askReason(false);
      decide({ verdict: 'reject', reason, note });
    },
    takeBack: () => {
      if (key === null || decision === null) return;
      say(key, null);
      if (isAdded) selection.step(-1);
    },
    setNote: (text) => {
      if (key !== null && decision !== null) say(key, { ...decision, note: text });
    },
    place: (place) => {
      if (tool === 'point') add({ kind: 'point', ...place });
      else if (isAdded && key !== null && decision.shape.kind === 'point')
        say(key, { ...decision, shape: { kind: 'point', ...place } });
      else if (key !== null && !isAdded) say(key, { verdict: 'moved', to: place, note });
      setTool(null);
    },
    outline: (corners) => {
      add({ kind: 'polygon', ringL0: corners.flatMap(({ xL0, yL0 }) => [xL0, yL0]) });
      setTool(null);
    },
  };
  const withTool = (wanted: Tool) => (): unknown =>
    isOpen && (wanted !== 'move' || key !== null) && setTool(tool === wanted ? null : wanted) === undefined;
  const sure = (step: number) => (): unknown =>
    isOpen && say(CONFIDENCE, CONFIDENCES[step] as Confidence) === undefined;
  useActions({
    next: () => selection.step(1),
    previous: () => selection.step(-1),
    accept: () => isOpen && reviewing.accept() === undefined,
    reject: () => isOpen && key !== null && !isAdded && askReason(!asksReason) === undefined,
    takeBack: () => isOpen && reviewing.takeBack() === undefined,
    move: withTool('move'),
    addPoint: withTool('point'),
    addPolygon: withTool('polygon'),
    undo: () => own.session?.undo(),
    redo: () => own.session?.redo(),
    ...{ confidence1: sure(0), confidence2: sure(1), confidence3: sure(2), confidence4: sure(3), confidence5: sure(4) },
  });
  return reviewing;
}
