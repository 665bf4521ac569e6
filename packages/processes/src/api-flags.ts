/**
 * Flags of Node for the API's process. Bodies come in chunks of 64 KiB that live for a moment; with a young generation of
 * 16 MiB they pile up before they are collected, and the process held 300 MB instead of 225 MB while 600 MB came in.
 */
export const API_FLAGS: readonly string[] = ['--max-semi-space-size=4'];
