// Runs in the page, before its scripts: remembers which text stands where on each canvas, since a canvas forgets.
export function watchCanvas() {
  const drawn = new WeakMap();
  const proto = CanvasRenderingContext2D.prototype;
  const { fillText, clearRect } = proto;
  proto.clearRect = function (x, y, w, h) {
    const now = this.getTransform();
    if (w * now.a >= this.canvas.width * 0.9 && h * now.d >= this.canvas.height * 0.9) drawn.set(this.canvas, []);
    return clearRect.call(this, x, y, w, h);
  };
  proto.fillText = function (text, x, y, ...rest) {
    const m = this.measureText(text);
    const scale = this.canvas.width / (this.canvas.clientWidth || this.canvas.width);
    const at = this.getTransform();
    const corners = [[x - m.actualBoundingBoxLeft, y - m.actualBoundingBoxAscent], [x + m.actualBoundingBoxRight, y + m.actualBoundingBoxDescent]]
      .flatMap(([cx], i, both) => both.map(([, cy]) => at.transformPoint(new DOMPoint(both[i][0], cy))));
    const xs = corners.map((p) => p.x / scale), ys = corners.map((p) => p.y / scale);
    const list = drawn.get(this.canvas) ?? drawn.set(this.canvas, []).get(this.canvas);
    if (String(text).trim()) list.push({ text: String(text), left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) });
    return fillText.call(this, text, x, y, ...rest);
  };
  window.textsOf = (canvas) => drawn.get(canvas) ?? [];
}
