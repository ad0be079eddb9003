import Foundation

// Foundation's functions of numbers under names that the library's functions of tensors leave free.

func exponential(_ x: Double) -> Double { Foundation.exp(x) }
func logarithm10(_ x: Double) -> Double { Foundation.log10(x) }
