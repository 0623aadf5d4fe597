export function startLetterDraft() {}
