import type { Slide } from '@gigascope/contracts/http';
import { paths, SLIDE_NAME_HEADER } from '@gigascope/contracts/paths';
import { connection } from './connection.ts';
import { refusal, type ServerError, unreachable } from './http.ts';

export interface UploadHandlers {
  onSent(bytes: number): void;
  onDone(slide: Slide): void;
  onFailed(error: ServerError): void;
}

/**
 * Sends one slide's bytes as they are. XMLHttpRequest, because fetch reports no progress of what it sends.
 * Returns the function that cancels; after it no handler is called.
 */
export function sendSlide(file: File, { onSent, onDone, onFailed }: UploadHandlers): () => void {
  const request = new XMLHttpRequest();
  request.upload.addEventListener('progress', (event) => onSent(event.loaded));
  request.upload.addEventListener('load', () => onSent(file.size));
  request.addEventListener('load', () => {
    connection.set('online');
    if (request.status === 201) onDone(JSON.parse(request.responseText) as Slide);
    else onFailed(refusal(request.status, request.getResponseHeader('content-type'), request.responseText));
  });
  request.addEventListener('error', () => onFailed(unreachable()));
  request.open('POST', paths.slides);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.setRequestHeader(SLIDE_NAME_HEADER, encodeURIComponent(file.name));
  request.send(file);
  return () => request.abort();
}
