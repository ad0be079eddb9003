#if Images
import Foundation
import GannetImages
import TestSupport
import Testing

/// Damaged pictures must not crash a decoder or make it allocate memory out of proportion.
struct ImageFuzzTests {
  private static func base64(_ texts: String...) -> [[UInt8]] {
    texts.map { Array(Data(base64Encoded: $0)!) }
  }

  @Test func png() async {
    await #expect(processExitsWith: .success) {
      let sound = ImageFuzzTests.base64(
        """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAIUlEQVR4nGNkYGAwQkIsDDYMDAy8cATnS0EQMl+dgUEdAFN3\
        Ao5U4BC9AAAAAElFTkSuQmCC
        """,
        """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAgMAAAA7XR3TAAAADFBMVEWWlmIZlhBkPBpkAABbJ+ZuAAAAFElEQVR4nGP8f5Ax\
        S4whgoHpBwMAGjgDlTkaAasAAAAASUVORK5CYII=
        """)
      try fuzz("x.png", sound, seal: sealedPNG) { _ = try RasterImage(contentsOf: $0) }
    }
  }

  @Test func jpeg() async {
    await #expect(processExitsWith: .success) {
      let sound = ImageFuzzTests.base64(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RD\
        gsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\
        QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgf\
        /xAAVAQEBAAAAAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABlTNizqf/xAAWEAADAAAAAAAAAAAAAAAAAAAABAX/\
        2gAIAQEAAQUCVlCkoUlCso//xAAYEQACAwAAAAAAAAAAAAAAAAAABQYhMf/aAAgBAwEBPwGNvss//8QAFxEAAwEAA\
        AAAAAAAAAAAAAAAAAQFYf/aAAgBAgEBPwFyxp//xAAVEAEBAAAAAAAAAAAAAAAAAAAAMf/aAAgBAQAGPwKIiP/EAB\
        UQAQEAAAAAAAAAAAAAAAAAAAAx/9oACAEBAAE/IZsWLN//2gAMAwEAAgADAAAAEAv/xAAVEQEBAAAAAAAAAAAAAAA\
        AAAAAof/aAAgBAwEBPxCe/8QAFREBAQAAAAAAAAAAAAAAAAAAADH/2gAIAQIBAT8Qsf/EABUQAQEAAAAAAAAAAAAA\
        AAAAAADx/9oACAEBAAE/EJSEhJT/2Q==
        """)
      try fuzz("x.jpeg", sound) { _ = try RasterImage(contentsOf: $0) }
    }
  }
}
#endif
