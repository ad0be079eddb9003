import GannetTensor

extension EnglishFrench {
  /// The first of 10,000 pairs made without a file: the numbers from 0 to 9,999 in the words of both
  /// languages, in a fixed mixed order.
  ///
  ///     EnglishFrench.numberWords(10).sources[1]  // ["seven", "thousand", "nine", ...]
  ///     EnglishFrench.numberWords(10).targets[1]  // ["sept", "mille", "neuf", ...]
  ///
  /// Stops unless `count` is in 0...10,000.
  public static func numberWords(_ count: Int) -> SentencePairs {
    guard (0...10_000).contains(count) else {
      fail("EnglishFrench.numberWords: \(count) is not in 0...10000")
    }
    // 7,919 is prime to 10,000, so that no number comes twice.
    let numbers = (0..<count).map { $0 * 7_919 % 10_000 }
    return SentencePairs(
      sources: numbers.map { NumberWords.english($0) + ["."] },
      targets: numbers.map { NumberWords.french($0) + ["."] })
  }
}

/// Numbers from 0 to 9,999 in words, hyphens left out.
enum NumberWords {
  static func english(_ number: Int) -> [String] {
    switch number {
    case 0..<20: [englishUnits[number]]
    case 20..<100:
      [englishTens[number / 10]] + (number % 10 == 0 ? [] : [englishUnits[number % 10]])
    default: parts(number, hundred: "hundred", thousand: "thousand", english)
    }
  }

  static func french(_ number: Int) -> [String] {
    switch number {
    case 0..<17: return [frenchUnits[number]]
    case 17..<20: return ["dix", frenchUnits[number - 10]]
    case 20..<100:
      // Seventy is sixty and ten, ninety is four twenties and ten.
      let isDouble = number >= 70 && number < 80 || number >= 90
      let rest = number % 10 + (isDouble ? 10 : 0)
      let tens = frenchTens[number / 10]
      guard rest > 0 else { return tens }
      let joiner = (rest == 1 || rest == 11) && number < 80 ? ["et"] : []
      return tens + joiner + french(rest)
    default: return parts(number, hundred: "cent", thousand: "mille", french)
    }
  }

  /// The words of a number from 100, in French without the one before hundred and thousand.
  private static func parts(
    _ number: Int, hundred: String, thousand: String, _ words: (Int) -> [String]
  ) -> [String] {
    let (size, name) = number >= 1_000 ? (1_000, thousand) : (100, hundred)
    let (many, rest) = number.quotientAndRemainder(dividingBy: size)
    let omitsOne = many == 1 && thousand == "mille"
    return (omitsOne ? [] : words(many)) + [name] + (rest > 0 ? words(rest) : [])
  }

  private static let englishUnits = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
  ]
  private static let englishTens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]
  private static let frenchUnits = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize",
  ]
  private static let frenchTens: [[String]] = [
    [], [], ["vingt"], ["trente"], ["quarante"], ["cinquante"], ["soixante"], ["soixante"],
    ["quatre", "vingt"], ["quatre", "vingt"],
  ]
}
