/** Columns that grow while a file is read, and come out at their exact length. */

export class GrowingFloats {
  private data: Float64Array = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  last(): number {
    return this.length === 0 ? Number.NaN : this.data[this.length - 1]!;
  }

  finish(): Float64Array {
    return this.data.slice(0, this.length);
  }
}

export class GrowingIntegers {
  private data: Int32Array = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  finish(): Int32Array {
    return this.data.slice(0, this.length);
  }
}
