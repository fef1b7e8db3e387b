export function startNotes(): void {}
