// Memory for secrets: wiped when it is released.
#pragma once

#include <sodium.h>

#include <cstddef>
#include <new>
#include <vector>

namespace basalt {

/// Allocator that overwrites its memory before it returns it to the system.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{64}));
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    sodium_memzero(memory, count * sizeof(T));
    ::operator delete(memory, std::align_val_t{64});
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
};

/// A vector of secret words: no printing, no comparison, wiped on destruction. There is no copy, so
/// that a secret has one place; move it.
template <class T>
class SecretVector {
 public:
  SecretVector() = default;
  explicit SecretVector(std::size_t count) : words_(count) {}
  SecretVector(SecretVector&&) noexcept = default;
  SecretVector& operator=(SecretVector&&) noexcept = default;
  SecretVector(const SecretVector&) = delete;
  SecretVector& operator=(const SecretVector&) = delete;

  std::size_t size() const noexcept { return words_.size(); }
  T* data() noexcept { return words_.data(); }
  const T* data() const noexcept { return words_.data(); }
  T& operator[](std::size_t i) noexcept { return words_[i]; }
  const T& operator[](std::size_t i) const noexcept { return words_[i]; }
  auto begin() noexcept { return words_.begin(); }
  auto end() noexcept { return words_.end(); }
  auto begin() const noexcept { return words_.begin(); }
  auto end() const noexcept { return words_.end(); }

 private:
  std::vector<T, WipingAllocator<T>> words_;
};

}  // namespace basalt
