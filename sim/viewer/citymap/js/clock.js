// Simulated time as it is shown: it comes to each frame's time evenly until the next frame is due, so that nothing jumps.

const MOST_MS = 2000;

export class Clock {
  constructor() {
    this.from = this.to = 0;
    this.began = 0;
    this.lasts = 1;
    this.gap = this.taken = 0; // ms between frames, as they come; when the last one came
    this.started = false;
  }

  // A frame of time t has come, and the next is due in so many ms; a jump (back, or far) is shown at once.
  take(t, lasts, jump, now) {
    const shown = this.shown(now);
    this.from = jump || !this.started || t < shown ? t : shown;
    this.to = t;
    this.began = now;
    this.gap = jump || !this.started ? lasts : 0.7 * this.gap + 0.3 * Math.min(MOST_MS, now - this.taken);
    this.taken = now;
    this.lasts = Math.max(1, lasts, this.gap); // where frames come later than was said, time goes slower, not by fits
    this.started = true;
    return this.from === t;
  }

  shown(now) {
    const share = Math.min(1, (now - this.began) / this.lasts);
    return this.from + (this.to - this.from) * share;
  }

  isStill(now) { return now - this.began >= this.lasts || this.from === this.to; }
}

export function clockText(seconds) {
  const s = Math.floor(((seconds % 86400) + 86400) % 86400), two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
