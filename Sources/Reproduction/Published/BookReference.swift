/// The places in the book that a section is about, such as `5.2.1, mlp-implementation`, each with the
/// address of its page.
package struct BookReference: Sendable {
  /// A place, and the address where its page is known.
  package struct Place: Sendable, Equatable {
    package let text: String
    package let address: String?
  }

  package let places: [Place]

  /// Reads places that semicolons separate: each is a number, or the first and the last of several,
  /// and the name of the page. A number alone, or another work, has no address.
  package init(_ text: String) {
    places = text.split(separator: ";").map { part in
      let words = part.split(separator: " ").joined(separator: " ")
      return Place(text: words, address: Self.address(of: words))
    }
  }

  private static func address(of place: String) -> String? {
    let parts = place.split(separator: ",", maxSplits: 1)
    guard parts.count == 2, let number = place.split(separator: ".").first.flatMap({ Int($0) }),
      let chapter = folders[number]
    else { return nil }
    let page = parts[1].drop { $0 == " " }
    return "https://d2l.ai/chapter_\(chapter)/\(page == chapter ? "index" : page).html"
  }

  /// The folders of the book's chapters, by number.
  private static let folders = [
    3: "linear-regression", 5: "multilayer-perceptrons", 7: "convolutional-neural-networks",
    8: "convolutional-modern", 9: "recurrent-neural-networks", 10: "recurrent-modern",
    11: "attention-mechanisms-and-transformers", 12: "optimization", 14: "computer-vision",
  ]
}
