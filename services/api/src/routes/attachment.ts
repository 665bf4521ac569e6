/** A Content-Disposition whose plain name is safe everywhere; clients that know RFC 6266 take the slide's own name. */
export function attachment(kind: 'attachment' | 'inline', plain: string, own: string): string {
  // Quotes and what else `encodeURIComponent` leaves are no attr-char of RFC 8187.
  const encoded = encodeURIComponent(own.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
