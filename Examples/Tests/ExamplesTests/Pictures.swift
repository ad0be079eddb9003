import Foundation
import Gannet

/// Pictures for the tests, as files.
enum Pictures {
  /// A PNG file of red, green and blue bytes, `[H, W, 3]`, not compressed.
  ///
  /// - Parameter declared: The height and width that its header declares; by default the true ones.
  static func png(
    height: Int, width: Int, pixels: [UInt8], declared: (height: Int, width: Int)? = nil
  ) -> [UInt8] {
    var data: [UInt8] = []
    for row in 0..<height { data += [0] + pixels[row * width * 3..<(row + 1) * width * 3] }
    precondition(pixels.count == height * width * 3 && data.count < 65_536)
    let (low, high) = (UInt8(data.count & 255), UInt8(data.count >> 8))
    let stored = [0x78, 1, 1, low, high, ~low, ~high] + data + number(adler32(data))
    let size = declared ?? (height, width)
    let header = number(UInt32(size.width)) + number(UInt32(size.height)) + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
      + chunk("IDAT", stored) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return number(UInt32(content.count)) + body + number(crc32(body))
  }

  private static func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A PNG file of 20 rows of 24 pixels of a dim colour with noise.
  static func noisy(red: UInt8, blue: UInt8, using stream: inout RandomStream) -> [UInt8] {
    let pixels = (0..<20 * 24).flatMap { _ -> [UInt8] in
      [red, 40, blue].map { $0 + UInt8.random(in: 0...80, using: &stream) }
    }
    return png(height: 20, width: 24, pixels: pixels)
  }

  /// Writes `count` pictures each of the classes warm and cold to a folder, and one of each beside it,
  /// warm.png and cold.png.
  static func write(_ count: Int, to folder: TemporaryFolder) throws {
    var stream = RandomStream(seed: 3)
    for (name, red, blue) in [("warm", UInt8(150), UInt8(40)), ("cold", 40, 150)] {
      for number in 0..<count {
        let file = noisy(red: red, blue: blue, using: &stream)
        try folder.write(file, "pictures/\(name)/\(number).png")
      }
      try folder.write(noisy(red: red, blue: blue, using: &stream), "\(name).png")
    }
  }

  /// A JPEG file of 16 by 16 pixels, made by Pillow.
  static var jpeg: [UInt8] { Array(Data(base64Encoded: jpegText)!) }

  private static let jpegText = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDg\
    sLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU\
    FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xA\
    AVAQEBAAAAAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABlTNizqf/xAAWEAADAAAAAAAAAAAAAAAAAAAABAX/2gAI\
    AQEAAQUCVlCkoUlCso//xAAYEQACAwAAAAAAAAAAAAAAAAAABQYhMf/aAAgBAwEBPwGNvss//8QAFxEAAwEAAAAAAA\
    AAAAAAAAAAAAQFYf/aAAgBAgEBPwFyxp//xAAVEAEBAAAAAAAAAAAAAAAAAAAAMf/aAAgBAQAGPwKIiP/EABUQAQEA\
    AAAAAAAAAAAAAAAAAAAx/9oACAEBAAE/IZsWLN//2gAMAwEAAgADAAAAEAv/xAAVEQEBAAAAAAAAAAAAAAAAAAAAof\
    /aAAgBAwEBPxCe/8QAFREBAQAAAAAAAAAAAAAAAAAAADH/2gAIAQIBAT8Qsf/EABUQAQEAAAAAAAAAAAAAAAAAAADx\
    /9oACAEBAAE/EJSEhJT/2Q==
    """
}
