"""A trained translator in whole numbers of eight bits: a quarter of the memory, and faster on a processor.

Weights are rounded once, activations at each call ("dynamic quantisation"), each row by a scale of its own:
w ≈ scale * q with q from -127 to 127. Products of whole numbers are exact in 32 bits and scaled back afterwards (Jacob
et al. 2018, section 2.2, here with symmetric ranges and a scale for each row).
"""

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn

from .model import TranslationModel
from .translator import Translator

LARGEST = 127


def rounded(values: Tensor) -> tuple[Tensor, Tensor]:
    """Rows as whole numbers and their scales (…, 1): [254.0, -100.3] -> [127, -50] and 2.0; a row of zeros stays zero.

    No number moves by more than half its row's scale.
    """
    scales = values.abs().amax(-1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny * LARGEST) / LARGEST
    return (values / scales).round().to(torch.int8), scales


class QuantizedLinear(nn.Module):
    """`nn.Linear` with weights (output_size, input_size) in eight bits: x W + b, up to rounding."""

    def __init__(self, weight: Tensor, bias: Tensor | None):
        super().__init__()
        quantized, scales = rounded(weight.detach().float())
        self.register_buffer("weight", quantized)
        self.register_buffer("scales", scales.squeeze(1))
        self.register_buffer("bias", None if bias is None else bias.detach().float().clone())

    def forward(self, values: Tensor) -> Tensor:
        """(…, input_size) -> (…, output_size) in float32."""
        rows, scales = rounded(values.reshape(-1, values.shape[-1]).float())
        product = torch._int_mm(rows, self.weight.t()).float().mul_(self.scales).mul_(scales)
        if self.bias is not None:
            product += self.bias
        return product.view(*values.shape[:-1], -1)


class QuantizedEmbedding(nn.Module):
    """`nn.Embedding` whose vectors are rows of eight bits; a tied output layer shares them."""

    def __init__(self, table: QuantizedLinear):
        super().__init__()
        self.table = table
        self.num_embeddings, self.embedding_dim = table.weight.shape

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens (…) -> vectors (…, embedding_dim)."""
        return self.table.weight[tokens] * self.table.scales[tokens].unsqueeze(-1)


class QuantizedGRU(nn.Module):
    """A decoder's GRU, step by step, as `nn.GRU` up to rounding."""

    def __init__(self, gru: nn.GRU):
        super().__init__()
        layers = range(gru.num_layers)
        self.said, self.heard = (
            nn.ModuleList(
                QuantizedLinear(getattr(gru, f"weight_{name}_l{layer}"), getattr(gru, f"bias_{name}_l{layer}"))
                for layer in layers
            )
            for name in ("hh", "ih")
        )

    def forward(self, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs (rows, steps, input_size) and hidden (num_layers, rows, hidden_size) -> states and last states."""
        last = []
        for said, heard, state in zip(self.said, self.heard, hidden, strict=True):
            states = []
            for gates in heard(inputs).unbind(1):
                reset, update, new = gates.chunk(3, dim=-1)
                resets, updates, news = said(state).chunk(3, dim=-1)
                new = torch.tanh(new + torch.sigmoid(reset + resets) * news)
                state = torch.lerp(new, state.float(), torch.sigmoid(update + updates))
                states.append(state)
            inputs = torch.stack(states, dim=1)
            last.append(state)
        return inputs, torch.stack(last)


class QuantizedModel(TranslationModel):
    """A model that translates and does not learn: whole numbers have no gradient."""

    def train(self, mode: bool = True) -> "QuantizedModel":
        """Refuse; `eval()` passes."""
        if mode:
            raise ValueError("a quantized model does not learn; train the one it was made from and quantize that again")
        return super().train(mode)


class QuantizedTranslator(Translator):
    """A translator in eight bits, made from another in a moment and therefore not kept."""

    def save(self, directory, dtype=None, card="") -> None:
        """Refuse, and say what is kept instead."""
        raise ValueError(
            "a quantized translator is not saved; save the one it was made from and quantize that after loading, or "
            "write this one with serving.export"
        )


def quantized(translator: Translator) -> QuantizedTranslator:
    """The same translator with its linear layers, its embeddings and its decoder's GRUs in eight bits.

    The encoder's recurrent layers, and a decoder's that are no GRU, stay as they are. `translator` is left untouched.
    Raises `ValueError` for an ensemble, a quantized one, and a model on a GPU.
    """
    model = translator.model
    if isinstance(model, QuantizedModel):
        raise ValueError("this translator is quantized already; give the one it was made from")
    if not isinstance(model, TranslationModel):
        raise ValueError("an ensemble is not one model that could be quantized; quantize a member")
    if model.device.type != "cpu":
        raise ValueError(
            f"the model is on {model.device}; move it with model.cpu(), eight bits are for processors here"
        )
    model = copy.deepcopy(model).requires_grad_(False)
    tables: dict[int, QuantizedLinear] = {}  # by the weights they stand for, so that tied ones stay tied
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Linear):
                setattr(module, name, _linear(child.weight, child.bias, tables))
            elif isinstance(child, nn.Embedding):
                setattr(module, name, QuantizedEmbedding(_linear(child.weight, None, tables)))
            elif isinstance(child, nn.GRU) and module is model.decoder:
                setattr(module, name, QuantizedGRU(child))
    model = QuantizedModel(model.encoder, model.decoder).eval()
    return QuantizedTranslator(replace(translator.config), model, translator.src_vocabulary, translator.tgt_vocabulary)


def num_bytes(model: nn.Module) -> int:
    """Memory that the weights of a model take; shared ones count once."""
    tensors = {tensor.data_ptr(): tensor for tensor in (*model.parameters(), *model.buffers())}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def _linear(weight: Tensor, bias: Tensor | None, tables: dict[int, QuantizedLinear]) -> QuantizedLinear:
    """A layer that shares its eight bits with others of the same weights."""
    made = QuantizedLinear(weight, bias)
    known = tables.setdefault(id(weight), made)
    made.weight, made.scales = known.weight, known.scales
    return made
