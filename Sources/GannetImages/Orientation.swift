import GannetData

/// Reader of a picture's orientation in a file's metadata: from 1, upright, to 8.
enum Orientation {
  /// The orientation in EXIF data, which have the layout of a TIFF file; nil where there is none.
  static func inEXIF(_ bytes: ArraySlice<UInt8>) -> Int? {
    let isLittle = bytes.starts(with: [0x49, 0x49, 42, 0])
    guard isLittle || bytes.starts(with: [0x4d, 0x4d, 0, 42]) else { return nil }
    func number(at place: Int, _ size: Int) -> Int? {
      guard place >= 0, place + size <= bytes.count else { return nil }
      let part = bytes[bytes.startIndex + place..<bytes.startIndex + place + size]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(at: 4, 4), let count = number(at: directory, 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + 12 * entry
      guard let tag = number(at: place, 2), let type = number(at: place + 2, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      return [1: 1, 3: 2, 4: 4][type].flatMap { number(at: place + 8, $0) }
    }
    return nil
  }

  /// The orientation in XMP data, which is XML text: the digit of `tiff:Orientation="6"` or
  /// `<tiff:Orientation>6`.
  static func inXMP(_ bytes: ArraySlice<UInt8>) -> Int? {
    let name = Array("tiff:Orientation".utf8)
    var rest = bytes
    while let range = rest.firstRange(of: name) {
      rest = rest[range.upperBound...]
      for opening in ["=\"", ">"] where rest.starts(with: opening.utf8) {
        if let digit = rest.dropFirst(opening.utf8.count).first, (0x30...0x39).contains(digit) {
          return Int(digit - 0x30)
        }
      }
    }
    return nil
  }
}

extension RasterImage {
  /// The picture turned upright from `orientation`, as by Pillow's `exif_transpose`.
  func upright(from orientation: Int?) -> RasterImage {
    guard let orientation, (2...8).contains(orientation) else { return self }
    let swapsSides = orientation >= 5
    let (rows, columns) = swapsSides ? (width, height) : (height, width)
    let (lastRow, lastColumn) = (height - 1, width - 1)
    let isRowReversed = [3, 4, 6, 7].contains(orientation)
    let isColumnReversed = [2, 3, 7, 8].contains(orientation)
    let size = pixels.count
    let turned = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      var target = 0
      for row in 0..<rows {
        for column in 0..<columns {
          let (y, x) = swapsSides ? (column, row) : (row, column)
          let source =
            ((isRowReversed ? lastRow - y : y) * width + (isColumnReversed ? lastColumn - x : x))
            * 3
          for channel in 0..<3 { buffer[target + channel] = pixels[source + channel] }
          target += 3
        }
      }
      initialized = size
    }
    return RasterImage(height: rows, width: columns, pixels: turned)
  }
}
