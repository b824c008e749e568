const alike = (a: string | null | undefined, b: string | null | undefined) => (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();

/** Whether what was found is what was sent. Numbers come back in another spelling. */
export function sameValue(sent: string | null, found: string | undefined): boolean {
  if (alike(sent, found)) return true;
  return sent !== null && found !== undefined && sent.trim() !== '' && Number(sent) === Number(found);
}
